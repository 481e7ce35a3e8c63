import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

/** How a call ends: its result, or the code of the error. */
function outcome(promise) {
  const ended = { value: 'pending' };
  promise.then(
    (value) => (ended.value = { value }),
    (error) => Object.assign(ended, { value: error.code ?? String(error), error }),
  );
  return ended;
}

function calls(p) {
  return p.socket.commands.filter(({ type }) => type === 'call');
}

function result(p, { id }, data = null, more = {}) {
  return p.socket.push({ type: 'result', id, data, ...more });
}

async function connected(t) {
  const p = await page(t);
  await p.connected();
  return p;
}

test('a call is answered over the socket that is there', async (t) => {
  const p = await connected(t);
  const ended = outcome(p.call('note.edit', { id: 7 }, { op: 'o' }));
  await settled();
  const [command] = calls(p);
  assert.deepEqual(command, { type: 'call', id: command.id, action: 'note.edit', data: { id: 7 }, op: 'o' });
  assert.equal(ended.value, 'pending');
  await result(p, command, { ok: true });
  assert.deepEqual(ended.value, { value: { ok: true } });
  assert.equal(p.sockets.length, 1);
  await p.elapse(60_000);
  assert.deepEqual(p.reported, []);
});

test('a call of a page without channels opens a socket, and leaves it a moment later', async (t) => {
  const p = await page(t);
  const ended = outcome(p.call('a'));
  await settled();
  await p.socket.accept();
  assert.deepEqual(calls(p), [{ type: 'call', action: 'a', id: 1 }]);
  await result(p, { id: 1 });
  assert.deepEqual(ended.value, { value: null });
  const again = outcome(p.call('b'));
  await settled();
  assert.equal(calls(p).length, 2);
  await result(p, calls(p)[1], 2);
  assert.deepEqual(again.value, { value: 2 });
  await p.elapse(2000);
  assert.ok(p.socket.given);
  assert.equal(p.sockets.length, 1);
});

for (const [how, end] of [
  ['refuses', (p, { id }) => p.socket.push({ type: 'error', id, code: 'note-locked', message: 'Ada has it' })],
  ['finds fault with the data', (p, { id }) =>
    p.socket.push({ type: 'error', id, code: 'note-locked', message: 'Ada has it', errors: [{ field: 'a', message: 'b' }] })],
]) {
  test(`a call that the server ${how} rejects with what it says`, async (t) => {
    const p = await connected(t);
    const ended = outcome(p.call('a'));
    await settled();
    await end(p, calls(p)[0]);
    assert.equal(ended.value, 'note-locked');
    assert.equal(ended.error.message, 'Ada has it');
    assert.ok(ended.error instanceof p.RealtimeError);
    assert.deepEqual(ended.error.errors, how === 'refuses' ? undefined : [{ field: 'a', message: 'b' }]);
  });
}

test('a call whose socket is lost rejects, and is not made again', async (t) => {
  const p = await connected(t);
  const ended = outcome(p.call('a'));
  await settled();
  await p.socket.drop();
  assert.equal(ended.value, 'disconnected');
  await p.elapse(20_000);
  await p.socket.accept();
  assert.equal(calls(p).length, 0);
});

test('a call waits for a connection, though not for long', async (t) => {
  const p = await page(t);
  const early = outcome(p.call('a'));
  await p.elapse(9_000);
  const late = outcome(p.call('b'));
  await p.elapse(1_000);
  assert.deepEqual([early.value, late.value], ['disconnected', 'pending']);
  await p.socket.accept();
  assert.deepEqual(calls(p).map(({ action }) => action), ['b']);
  await p.elapse(15_000);
  assert.equal(late.value, 'pending');
  await result(p, calls(p)[0]);
  assert.deepEqual(late.value, { value: null });
});

test('a call without a reply rejects after 30 s or its own timeout, and a late reply is ignored', async (t) => {
  const p = await connected(t);
  const [long, short] = [outcome(p.call('a')), outcome(p.call('b', null, { timeout: 500 }))];
  await p.elapse(499);
  assert.equal(short.value, 'pending');
  await p.elapse(1);
  assert.equal(short.value, 'timeout');
  await p.socket.push({ type: 'ping' });
  await p.elapse(29_499);
  assert.equal(long.value, 'pending');
  await p.elapse(1);
  assert.equal(long.value, 'timeout');
  await result(p, calls(p)[0], 'late');
  assert.equal(long.value, 'timeout');
  assert.deepEqual(p.reported, []);
});

test('1,000 calls at once are made a few at a time, and one more is refused', async (t) => {
  const p = await connected(t);
  const all = Array.from({ length: 1020 }, (_, n) => outcome(p.call('a', n)));
  const more = outcome(p.call('a', 'more'));
  await settled();
  assert.equal(more.value, 'limit-exceeded');
  assert.equal(calls(p).length, 20);
  for (let n = 0; n < 1020; n++) {
    assert.ok(calls(p).length <= n + 20);
    const command = calls(p)[n];
    await result(p, command, command.data);
  }
  assert.deepEqual(all.map(({ value }) => value.value), Array.from({ length: 1020 }, (_, n) => n));
});

test('calls that are too many for the server are made again, slowly, until they are answered', async (t) => {
  const p = await connected(t);
  const all = Array.from({ length: 30 }, (_, n) => outcome(p.call('a', n)));
  await settled();
  for (const { id } of calls(p)) await p.socket.push({ type: 'error', id, code: 'rate-limited', message: 'Too many' });
  assert.equal(calls(p).length, 20);
  await p.elapse(999);
  assert.equal(calls(p).length, 20);
  await p.elapse(600);
  assert.equal(calls(p).length, 21);
  for (let n = 20; n < 50; n++) await result(p, calls(p)[n], calls(p)[n].data);
  assert.deepEqual(new Set(all.map(({ value }) => value.value)), new Set(Array.from({ length: 30 }, (_, n) => n)));
});

test('a call of an action that says so itself is not made again', async (t) => {
  const p = await connected(t);
  const ended = outcome(p.call('a'));
  await settled();
  const [{ id }] = calls(p);
  await p.socket.push({ type: 'error', id, code: 'rate-limited', message: 'One vote a day', begun: true });
  assert.equal(ended.value, 'rate-limited');
  await p.elapse(5000);
  assert.equal(calls(p).length, 1);
});

test('a call that is too many until its time is over rejects', async (t) => {
  const p = await connected(t);
  const ended = outcome(p.call('a'));
  for (let second = 0; second < 31; second++) {
    await settled();
    const last = calls(p).at(-1);
    await p.socket.push({ type: 'ping' }, { type: 'error', id: last.id, code: 'rate-limited', message: 'Too many' });
    await p.elapse(1000);
  }
  assert.equal(ended.value, 'timeout');
  const made = calls(p).length;
  await p.elapse(10_000);
  assert.equal(calls(p).length, made);
});

test('what waits when the server closes for good rejects with why', async (t) => {
  const p = await page(t);
  const ended = outcome(p.call('a'));
  await settled();
  await p.socket.drop(4403, 'Not you');
  assert.equal(ended.value, 'forbidden');
  const again = outcome(p.call('b'));
  await settled();
  assert.equal(p.sockets.length, 2);
  await p.socket.accept();
  await result(p, calls(p)[0]);
  assert.deepEqual(again.value, { value: null });
});

test('data is sent as it was at the call, and what is no JSON rejects', async (t) => {
  const p = await page(t);
  const data = { n: 1 };
  outcome(p.call('a', data));
  data.n = 2;
  const circle = {};
  circle.circle = circle;
  const bad = outcome(p.call('b', circle));
  const large = outcome(p.call('c', 'x'.repeat(70_000)));
  await settled();
  await p.socket.accept();
  assert.match(bad.value, /^TypeError/);
  assert.deepEqual(calls(p).map(({ data }) => data), [{ n: 1 }]);
  assert.equal(large.value, 'too-large');
});
