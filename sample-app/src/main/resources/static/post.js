import { announce } from '/announce.js';
import { live } from '/live.js';
import { showNumber, showTime } from '/show.js';

const { visitor } = document.body.dataset;
const post = document.querySelector('.post');
const score = post.querySelector('.score');
const count = post.querySelector('.count');
const comments = post.querySelector('.comments');
const template = post.querySelector('template');
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const { refresh, isConnected } = live(post, {
  onMessage(message) {
    if (message.comment) showNewComment(message.comment, message.count);
    else showVote(message.score, message.visitor === visitor ? message.vote : undefined);
  },
  onState(state) {
    showVote(state.score, state.vote);
    showNumber(count, state.count);
    comments.replaceChildren(...state.comments.map(render));
  },
});

post.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const fault = await send(form.action, body);
  post.querySelector('.fault').textContent = fault;
  if (fault) return form.elements.text?.focus();
  form.reset();
  if (!isConnected()) refresh();
});

/** Resolves to what is wrong, or nothing. */
async function send(url, body) {
  try {
    // All is well when the server sends us on to the post: we are there already
    const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    if (response.type === 'opaqueredirect') return '';
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return page.querySelector('.fault')?.textContent || 'That went wrong. Please try again.';
  } catch {
    return 'The server can’t be reached. Nothing is lost: please try again in a moment.';
  }
}

function showVote(newScore, vote) {
  if (score.textContent !== String(newScore)) announce('score', `Score ${newScore}.`);
  showNumber(score, newScore);
  if (!vote) return;
  for (const button of post.querySelectorAll('[data-vote]')) {
    const pressed = button.dataset.vote === vote;
    button.setAttribute('aria-pressed', pressed);
    button.value = pressed ? 'NONE' : button.dataset.vote;
  }
}

function showNewComment(comment, newCount) {
  // What was written between rendering and connecting may be on the page already
  if (comment.id <= Number(comments.firstElementChild?.dataset.id ?? 0)) return;
  comments.prepend(render(comment));
  comments.firstElementChild.classList.add('new');
  while (comments.children.length > newCount) comments.lastElementChild.remove();
  showNumber(count, newCount);
  announce('comment', `${comment.author} says: ${comment.text}`);
}

function render({ id, author, text, time }) {
  const item = document.createElement('li');
  item.className = author === visitor ? 'comment mine' : 'comment';
  item.dataset.id = id;
  item.append(template.content.cloneNode(true));
  item.querySelector('.author').textContent = author;
  item.querySelector('.text').textContent = text;
  item.querySelector('time').dateTime = time;
  showTime(item.querySelector('time'), moment);
  return item;
}

for (const time of comments.querySelectorAll('time')) showTime(time, moment);
