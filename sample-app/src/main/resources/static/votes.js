import { follow } from '/live.js';
import { showNumber } from '/show.js';

const { mine } = document.body.dataset;

/** Keeps a post's score fresh, and what this visitor has voted: that is in a channel of the visitor's own. */
export function followVotes(post, onScore = () => {}) {
  const { channel } = post.dataset;
  const score = post.querySelector('.score');

  follow({ channel, key: 'score', initial: Number(score.dataset.first) }, (value) => {
    if (showNumber(score, value)) onScore(value);
  });
  follow({ channel: mine, key: channel, initial: 'NONE' }, (vote) => press(post, vote));
}

function press(post, vote) {
  for (const button of post.querySelectorAll('[data-vote]')) {
    const pressed = button.dataset.vote === vote;
    button.setAttribute('aria-pressed', pressed);
    button.value = pressed ? 'NONE' : button.dataset.vote;
  }
}
