import { live } from '/live.js';
import { plural, showNumber } from '/show.js';

for (const post of document.querySelectorAll('.posts > li')) {
  const show = ({ score, count }) => {
    if (score !== undefined) showNumber(post.querySelector('.score'), score);
    if (count !== undefined) {
      showNumber(post.querySelector('.count'), count);
      post.querySelector('.noun').textContent = plural(count, 'comment');
    }
  };
  live(post, { onMessage: show, onState: show });
}
