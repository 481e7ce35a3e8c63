import { showNumber } from '/show.js';

/** Shows a post's score, and what this visitor voted where that is known. */
export function showVote(post, score, vote) {
  showNumber(post.querySelector('.score'), score);
  if (!vote) return;
  for (const button of post.querySelectorAll('[data-vote]')) {
    const pressed = button.dataset.vote === vote;
    button.setAttribute('aria-pressed', pressed);
    button.value = pressed ? 'NONE' : button.dataset.vote;
  }
}
