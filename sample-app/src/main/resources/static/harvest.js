import { announce } from '/announce.js';
import { send } from '/forms.js';
import { live } from '/live.js';
import { showNumber } from '/show.js';

const me = document.body.dataset.visitor;
const harvest = document.querySelector('.harvest');
const board = harvest.querySelector('.board');
const form = harvest.querySelector('.pick');

const { refresh, isConnected } = live(harvest, {
  onMessage(basket) {
    show(basket);
    if (basket.owner !== me) announce(basket.owner, `${basket.owner} has ${basket.apples}.`);
  },
  onState(baskets) {
    board.replaceChildren();
    baskets.forEach(show);
  },
});

/** They only grow: what was told late changes nothing. */
function show({ owner, apples }) {
  const rows = [...board.children];
  const row = rows.find((other) => other.dataset.owner === owner) ?? render(owner);
  if (apples <= applesIn(row)) return;
  showNumber(row.querySelector('.score'), apples);
  const behind = rows.find((other) => other !== row && applesIn(other) < apples) ?? null;
  if (!row.parentElement || row.nextElementSibling !== behind) board.insertBefore(row, behind);
  while (board.children.length > harvest.dataset.shown) board.lastElementChild.remove();
}

function applesIn(row) {
  return Number(row.querySelector('.score').textContent);
}

function render(owner) {
  const row = document.createElement('li');
  row.dataset.owner = owner;
  row.classList.toggle('mine', owner === me);
  row.append(harvest.querySelector('#basket').content.cloneNode(true));
  row.querySelector('.author').textContent = owner;
  return row;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const fault = await send(form.action, new URLSearchParams(new FormData(form)));
  form.querySelector('.fault').textContent = fault;
  if (!fault && !isConnected()) refresh();
});
