import { send } from '/forms.js';
import { live } from '/live.js';
import { plural, showNumber } from '/show.js';
import { showVote } from '/votes.js';

const me = document.body.dataset.visitor;

for (const post of document.querySelectorAll('.posts > li')) {
  const { refresh, isConnected } = live(post, {
    onMessage({ score, vote, visitor, count }) {
      if (count === undefined) showVote(post, score, visitor === me && vote);
      else showCount(post, count);
    },
    onState({ score, vote, count }) {
      showVote(post, score, vote);
      showCount(post, count);
    },
  });

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
