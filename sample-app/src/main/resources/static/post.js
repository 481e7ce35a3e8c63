import { announce } from '/announce.js';
import { send } from '/forms.js';
import { live } from '/live.js';
import { showNumber, showTime } from '/show.js';
import { showVote } from '/votes.js';

const me = document.body.dataset.visitor;
const post = document.querySelector('.post');
const scoreNumber = post.querySelector('.score');
const commentCount = post.querySelector('.count');
const commentList = post.querySelector('.comments');
const template = post.querySelector('template');
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const { refresh, isConnected } = live(post, {
  onMessage({ score, vote, visitor, comment, count }) {
    if (comment) showNewComment(comment, count);
    else showScore(score, visitor === me && vote);
  },
  onState({ score, vote, comments, count }) {
    showScore(score, vote);
    commentList.replaceChildren(...comments.map(render));
    showNumber(commentCount, count);
  },
});

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

function showScore(score, vote) {
  if (scoreNumber.textContent !== String(score)) announce('score', `Score ${score}.`);
  showVote(post, score, vote);
}

function showNewComment(comment, count) {
  // What was written between rendering and connecting may be on the page already
  if (comment.id <= Number(commentList.firstElementChild?.dataset.id ?? 0)) return;
  commentList.prepend(render(comment));
  commentList.firstElementChild.classList.add('new');
  while (commentList.children.length > count) commentList.lastElementChild.remove();
  showNumber(commentCount, count);
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
