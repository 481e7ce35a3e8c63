import { call, connectRealtime, publish } from '/realtime/client.js';
import { watchState } from '/realtime/watch.js';
import { announce } from '/announce.js';

const room = document.querySelector('.chat');
const me = room.dataset.user;
const { typing } = room.dataset;
const lines = room.querySelector('.room .lines');
const whispers = room.querySelector('.whispers');
const people = room.querySelector('.people');
const form = room.querySelector('#say');
const authors = new Map();
const typists = new Map();
let lastTold = 0;

connectRealtime({
  ...positionOf(lines),
  onMessage: (message, { offset, from }) => {
    stopTyping(from);
    // Whatever a page has published
    say(lines, { offset, from, author: authors.get(from), text: message?.text });
  },
  onGap: () => location.reload(),
  onPresence: (members) => showPeople([...new Set(members.map(({ user }) => user))].sort()),
  onError: () => (room.querySelector('#signed-out').hidden = false),
});

// The server notes there who is who
watchState({
  channel: lines.dataset.channel,
  onChange: (changes) => {
    changes.forEach((user, clientId) => authors.set(clientId, user));
    for (const line of lines.querySelectorAll('[data-from]')) sign(line, authors.get(line.dataset.from));
  },
});

connectRealtime({
  ...positionOf(whispers),
  onMessage: (message, { offset }) => {
    if (offset) say(whispers, { offset, author: message.from, to: message.to, text: message.text });
    else room.querySelector('.notice').textContent = `${message.by} waves at you.`;
  },
  onGap: () => location.reload(),
});

connectRealtime({ channel: typing, onMessage: (_, { from }) => startTyping(from) });

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  const to = form.elements.to.value;
  if (!text) return;
  form.elements.text.value = '';
  lastTold = 0;
  try {
    await (to ? call('chat.whisper', { to, text }) : publish(lines.dataset.channel, { text }));
    form.querySelector('.fault').textContent = '';
  } catch (error) {
    form.querySelector('.fault').textContent = error.message;
    form.elements.text.value ||= text;
  }
});

form.elements.text.addEventListener('input', () => {
  // Nobody has to know of every key, and what is lost is made up for by the next
  if (form.elements.to.value || Date.now() - lastTold < 1500) return;
  lastTold = Date.now();
  publish(typing, {}).catch(() => {});
});

function positionOf({ dataset: { channel, epoch, offset } }) {
  return { channel, since: { epoch, offset: Number(offset) } };
}

function say(list, { offset, from, author, to, text }) {
  // What was said between rendering and connecting may be on the page already
  if (typeof text !== 'string' || list.querySelector(`[data-offset="${offset}"]`)) return;
  const line = document.createElement('li');
  line.dataset.offset = offset;
  if (from) line.dataset.from = from;
  line.append(document.querySelector('#line').content.cloneNode(true));
  line.querySelector('.to').textContent = to ?? '';
  line.querySelector('.text').textContent = text.slice(0, form.elements.text.maxLength);
  sign(line, author);
  list.append(line);
  line.classList.add('new');
  list.scrollTop = list.scrollHeight;
  if (author !== me) announce('chat', `${author} says: ${text}`);
}

function sign(line, author = 'somebody') {
  line.querySelector('.author').textContent = author;
  line.classList.toggle('mine', author === me);
}

function showPeople(users) {
  people.replaceChildren(...users.map((user) => {
    const person = document.querySelector('#person').content.cloneNode(true);
    const button = person.querySelector('button');
    person.querySelector('.avatar').textContent = user[0];
    person.querySelector('.avatar').style.setProperty('--hue', [...user].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 360);
    person.querySelector('.name').textContent = user === me ? `${user} (you)` : `Wave at ${user}`;
    button.disabled = user === me;
    button.addEventListener('click', () => wave(user));
    return person;
  }));
}

async function wave(to) {
  try {
    await call('chat.wave', { to });
    room.querySelector('.notice').textContent = `You wave at ${to}.`;
  } catch (error) {
    room.querySelector('.notice').textContent = error.message;
  }
}

function startTyping(from) {
  if (authors.get(from) === me) return;
  clearTimeout(typists.get(from));
  typists.set(from, setTimeout(() => stopTyping(from), 4000));
  showTyping();
}

function stopTyping(from) {
  clearTimeout(typists.get(from));
  typists.delete(from);
  showTyping();
}

function showTyping() {
  const names = [...new Set([...typists.keys()].map((from) => authors.get(from) ?? 'somebody'))];
  room.querySelector('.typing').textContent = names.length ? `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} typing…` : '';
}

lines.scrollTop = lines.scrollHeight;
