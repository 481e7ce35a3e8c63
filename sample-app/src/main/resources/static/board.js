import { syncedState } from '/realtime/client.js';
import { watchState } from '/realtime/watch.js';

const board = document.querySelector('.pixels');
const { channel } = board.dataset;
const canvas = board.querySelector('canvas');
const context = canvas.getContext('2d');
const cursor = board.querySelector('.cursor');
const where = board.querySelector('.where');
const fault = board.querySelector('.fault');
const undo = board.querySelector('#undo');
const swatches = [...board.querySelectorAll('[data-colour]')];
const palette = swatches.map((swatch) => swatch.style.getPropertyValue('--colour'));
const me = document.body.dataset.visitor;
const pixels = new Map();
const changed = new Set();
let place = { x: canvas.width / 2, y: canvas.height / 2 };
let zoom = 1;
let touched = false;
let last;

context.fillStyle = palette[0];
context.fillRect(0, 0, canvas.width, canvas.height);

watchState({
  channel,
  onChange(changes) {
    if (!changed.size && changes.size) requestAnimationFrame(draw);
    changes.forEach((pixel, key) => {
      if (pixel) pixels.set(key, pixel);
      else pixels.delete(key);
      changed.add(key);
      // Nobody undoes what is somebody else's by now
      if (key === last?.key && last.id && pixel?.id !== last.id) forget();
    });
  },
  onError: (error) => (fault.textContent = error.message),
});

/** Whatever has come since the last frame is drawn in this one. */
function draw() {
  for (const key of changed) {
    const [x, y] = key.split(',').map(Number);
    context.fillStyle = palette[pixels.get(key)?.c ?? 0] ?? palette[0];
    context.fillRect(x, y, 1, 1);
  }
  changed.clear();
  tell();
}

async function write(key, value) {
  const state = syncedState({ channel, key });
  const stored = state.set(value);
  state.dispose(); // it is written all the same, and watched already
  try {
    fault.textContent = '';
    return await stored;
  } catch (error) {
    fault.textContent = error.message;
  }
}

async function paint({ x, y }) {
  const key = `${x},${y}`;
  const c = swatches.findIndex((swatch) => swatch.getAttribute('aria-pressed') === 'true');
  const before = pixels.get(key);
  if (before?.c === c && before.by === me) return;
  const mine = (last = { key, was: before });
  undo.disabled = true;
  const stored = await write(key, { c, by: me });
  if (last !== mine) return;
  if (stored) Object.assign(mine, { id: stored.id, was: stored.was });
  undo.disabled = !stored;
}

undo.addEventListener('click', () => {
  write(last.key, { c: 0, ...last.was, undo: true });
  forget();
});

function forget() {
  last = undefined;
  undo.disabled = true;
}

for (const swatch of swatches) {
  swatch.addEventListener('click', () => {
    for (const other of swatches) other.setAttribute('aria-pressed', other === swatch);
  });
}

canvas.addEventListener('pointermove', (event) => {
  if (event.pointerType === 'touch') return; // moves the board
  // Without TLS there are none
  const points = (event.buttons && event.getCoalescedEvents?.()) || [];
  for (const point of [...points, event]) {
    go(pointOf(point));
    if (event.buttons & 1) paint(place);
  }
});

canvas.addEventListener('pointerdown', (event) => {
  touched = event.pointerType === 'touch';
  if (!touched && event.buttons & 1) paint(go(pointOf(event)));
});

canvas.addEventListener('click', (event) => {
  if (touched) paint(go(pointOf(event))); // not every browser says of a click what it was made with
});

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

canvas.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
  const [x, y] = STEPS[event.key] ?? [0, 0];
  if (STEPS[event.key]) go({ x: place.x + x, y: place.y + y });
  else if (event.key === 'Enter' || event.key === ' ') paint(place);
  else return;
  event.preventDefault();
  cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});

canvas.addEventListener('focus', () => go(place));
canvas.addEventListener('blur', () => (cursor.hidden = true));

function pointOf(event) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: Math.floor(((event.clientX - left) / width) * canvas.width), y: Math.floor(((event.clientY - top) / height) * canvas.height) };
}

function go({ x, y }) {
  place = { x: Math.min(Math.max(x, 0), canvas.width - 1), y: Math.min(Math.max(y, 0), canvas.height - 1) };
  cursor.hidden = false;
  cursor.style.setProperty('--x', place.x / canvas.width);
  cursor.style.setProperty('--y', place.y / canvas.height);
  tell();
  return place;
}

/** Says who has painted the pixel under the cursor. */
function tell() {
  if (cursor.hidden) return;
  const by = pixels.get(`${place.x},${place.y}`)?.by;
  const text = `${place.x + 1}, ${place.y + 1}: ${by ? `${by === me ? 'you' : by} painted this last.` : 'nobody has painted this yet.'}`;
  if (where.textContent !== text) where.textContent = text;
}

board.querySelector('#in').addEventListener('click', () => enlarge(2));
board.querySelector('#out').addEventListener('click', () => enlarge(1 / 2));

function enlarge(factor) {
  const frame = board.querySelector('.frame');
  const middle = { x: (frame.scrollLeft + frame.clientWidth / 2) / zoom, y: (frame.scrollTop + frame.clientHeight / 2) / zoom };
  zoom = Math.min(Math.max(zoom * factor, 1), 8);
  frame.style.setProperty('--zoom', zoom);
  frame.scrollTo(middle.x * zoom - frame.clientWidth / 2, middle.y * zoom - frame.clientHeight / 2);
}
