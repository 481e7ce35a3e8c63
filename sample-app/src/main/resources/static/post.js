import { announce } from '/announce.js';
import { send } from '/forms.js';
import { live } from '/live.js';
import { showNumber, showTime } from '/show.js';
import { followVotes } from '/votes.js';

const me = document.body.dataset.visitor;
const post = document.querySelector('.post');
const commentCount = post.querySelector('.count');
const commentList = post.querySelector('.comments');
const template = post.querySelector('template');
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const { refresh, isConnected } = live(post, {
  onMessage: ({ comment, count }) => showNewComment(comment, count),
  onState({ comments, count }) {
    commentList.replaceChildren(...comments.map(render));
    showNumber(commentCount, count);
  },
});

followVotes(post, (score) => announce('score', `Score ${score}.`));

post.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.reset();
  const fault = await send(form.action, body);
  post.querySelector('.fault').textContent = fault;
  if (fault) giveBack(body.get('text'), form.elements.text);
  else if (!isConnected()) refresh();
});

function giveBack(text, area) {
  if (!text) return;
  area.value = text + area.value;
  area.focus();
}

function showNewComment(comment, count) {
  // What was written between rendering and connecting may be on the page already
  if (commentList.querySelector(`[data-id="${comment.id}"]`)) return;
  // Of two at the same moment either may come first
  const older = [...commentList.children].find((item) => Number(item.dataset.id) < comment.id);
  const item = commentList.insertBefore(render(comment), older ?? null);
  item.classList.add('new');
  const known = Math.max(count, Number(commentCount.textContent));
  while (commentList.children.length > known) commentList.lastElementChild.remove();
  showNumber(commentCount, known);
  announce('comment', `${comment.author} says: ${comment.text}`);
}

function render({ id, author, text, time }) {
  const item = document.createElement('li');
  item.className = author === me ? 'comment mine' : 'comment';
  item.dataset.id = id;
  item.append(template.content.cloneNode(true));
  item.querySelector('.author').textContent = author;
  item.querySelector('.text').textContent = text;
  item.querySelector('time').dateTime = time;
  showTime(item.querySelector('time'), moment);
  return item;
}

for (const time of commentList.querySelectorAll('time')) showTime(time, moment);
