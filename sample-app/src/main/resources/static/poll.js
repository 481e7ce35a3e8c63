import { announce } from '/announce.js';
import { send } from '/forms.js';
import { follow } from '/live.js';
import { plural, showNumber } from '/show.js';

const poll = document.querySelector('.poll');
const { channel } = poll.dataset;
const options = [...poll.querySelectorAll('[data-option]')];

for (const option of options) {
  const name = option.dataset.option;
  follow({ channel, key: name, initial: 0 }, (count) => {
    if (!showNumber(option.querySelector('.count'), count)) return;
    option.querySelector('.noun').textContent = plural(count, 'vote');
    showShares();
    announce(name, `${name}: ${count} ${plural(count, 'vote')}.`);
  });
}

follow({ channel: document.body.dataset.mine, key: channel, initial: null }, (choice) => {
  for (const option of options) option.setAttribute('aria-pressed', option.dataset.option === choice);
});

poll.addEventListener('submit', async (event) => {
  event.preventDefault();
  poll.querySelector('.fault').textContent = await send(poll.action, new URLSearchParams(new FormData(poll, event.submitter)));
});

function showShares() {
  const counts = options.map((option) => Number(option.querySelector('.count').textContent));
  const total = counts.reduce((sum, count) => sum + count, 0);
  options.forEach((option, n) => {
    const share = Math.round((100 * counts[n]) / (total || 1));
    option.style.setProperty('--share', `${share}%`);
    option.querySelector('.share').textContent = `${share} %`;
  });
}
