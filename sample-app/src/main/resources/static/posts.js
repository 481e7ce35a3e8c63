import { send } from '/forms.js';
import { live } from '/live.js';
import { plural, showNumber } from '/show.js';
import { showVote, showVotes } from '/votes.js';

const me = document.body.dataset.visitor;

for (const post of document.querySelectorAll('.posts > li')) {
  const { refresh, isConnected } = live(post, {
    onMessage({ count, ...voted }) {
      if (count === undefined) showVote(post, voted, voted.visitor === me && voted.vote);
      else showCount(post, Math.max(count, Number(post.querySelector('.count').textContent)));
    },
    onState({ count, ...state }) {
      showVotes(post, state);
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
