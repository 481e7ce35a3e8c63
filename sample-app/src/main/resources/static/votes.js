import { showNumber } from '/show.js';

/**
 * Shows that somebody voted, and what this visitor did. Of two votes at the same moment either may be told first: the
 * newer one counts more votes.
 */
export function showVote(post, { score, votes }, mine) {
  const { dataset } = post.querySelector('.votes');
  if (votes > Number(dataset.votes)) showScore(post, { score, votes });
  if (mine && votes > Number(dataset.mine ?? 0)) {
    dataset.mine = votes;
    press(post, mine);
  }
}

/** Shows the score and this visitor's vote as the server has them. */
export function showVotes(post, { score, votes, vote }) {
  showScore(post, { score, votes });
  post.querySelector('.votes').dataset.mine = votes;
  press(post, vote);
}

function showScore(post, { score, votes }) {
  post.querySelector('.votes').dataset.votes = votes;
  showNumber(post.querySelector('.score'), score);
}

function press(post, vote) {
  for (const button of post.querySelectorAll('[data-vote]')) {
    const pressed = button.dataset.vote === vote;
    button.setAttribute('aria-pressed', pressed);
    button.value = pressed ? 'NONE' : button.dataset.vote;
  }
}
