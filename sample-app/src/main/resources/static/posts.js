import { send } from '/forms.js';
import { live } from '/live.js';
import { plural, showNumber } from '/show.js';
import { followVotes } from '/votes.js';

for (const post of document.querySelectorAll('.posts > li')) {
  const { refresh, isConnected } = live(post, {
    onMessage: ({ count }) => showCount(post, Math.max(count, Number(post.querySelector('.count').textContent))),
    onState: ({ count }) => showCount(post, count),
  });
  followVotes(post);

  post.addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    const fault = await send(form.action, new URLSearchParams(new FormData(form, event.submitter)));
    post.querySelector('.fault').textContent = fault;
    if (!fault && !isConnected()) refresh();
  });
}

function showCount(post, count) {
  showNumber(post.querySelector('.count'), count);
  post.querySelector('.noun').textContent = plural(count, 'comment');
}
