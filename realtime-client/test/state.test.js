import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';
import { ack, back, change, last, open, synced, writes } from './state-page.js';

test('a state is there at once, and knows its value when the server has told', async (t) => {
  const p = await page(t);
  const state = open(p);
  assert.equal(state.value, 0);
  assert.equal(state.status, 'syncing');
  assert.equal(state.error, undefined);
  assert.deepEqual(state.log, [0]);
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [{ type: 'subscribe', channel: 'a', state: true, keys: ['k'], id: 1 }]);
  await p.socket.subscribed('a', { offset: 3, state: { k: 7, other: 8 } });
  assert.equal(state.value, 7);
  assert.equal(state.status, 'synced');
  await change(p, 4, 9);
  await change(p, 5, 10, { key: 'other' });
  await p.socket.message('a', 6);
  await change(p, 7, 9);
  await change(p, 8, undefined, { deleted: true });
  assert.deepEqual(state.log, [0, 7, 9, 0]);
  assert.equal(p.socket.commands.length, 1);
});

for (const stored of [null, 0, '', false]) {
  test(`${JSON.stringify(stored)} is a value, and not the absence of one`, async (t) => {
    const { p, state } = await synced(t, { k: stored }, 'k', { initial: 'initial' });
    assert.equal(state.value, stored);
    await change(p, 11, 1);
    await change(p, 12, stored);
    assert.deepEqual(state.log, [1, stored]);
    state.set(2);
    state.set(stored);
    assert.equal(state.value, stored);
    state.remove();
    assert.equal(state.value, 'initial');
  });
}

test('several changes in one step are told in one step', async (t) => {
  const { p, state } = await synced(t, { k: 1, gone: 2 });
  const gone = open(p, 'gone');
  const seen = [];
  state.subscribe((value) => seen.push([value, gone.value]));
  await p.socket.push({
    type: 'state', channel: 'a', offset: 11,
    changes: [{ key: 'k', value: 3 }, { key: 'new', value: 4 }, { key: 'gone', deleted: true }],
  });
  assert.deepEqual(seen, [[1, 2], [3, 0]]);
  assert.deepEqual(gone.log, [2, 0]);
  assert.equal(open(p, 'new').value, 4);
});

test('keys may be called as they like', async (t) => {
  const keys = ['__proto__', 'constructor', 'hasOwnProperty', '0', 'é'.repeat(128)];
  const p = await page(t);
  const states = keys.map((key) => open(p, key, { initial: 'initial' }));
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 1, state: JSON.parse('{"__proto__":1,"0":2}') });
  assert.deepEqual(states.map(({ value }) => value), [1, 'initial', 'initial', 2, 'initial']);
  for (const [n, state] of states.entries()) {
    state.set(`to ${n}`);
    await settled();
    assert.equal(last(p).key, keys[n]);
    await p.socket.push({ type: 'state', channel: 'a', offset: n + 2, key: keys[n], value: `to ${n}`, op: last(p).op });
    await ack(p, n + 2, `to ${n}`);
  }
  assert.deepEqual(states.map(({ value }) => value), keys.map((_, n) => `to ${n}`));
});

test('what is no key or no channel throws at the call', async (t) => {
  const p = await page(t);
  for (const key of ['', undefined, null, 7, {}, 'x'.repeat(257), 'é'.repeat(129)]) {
    assert.throws(() => p.syncedState({ channel: 'a', key }), { name: 'RealtimeError', code: 'invalid-data' });
  }
  assert.throws(() => p.syncedState({ channel: 'a b', key: 'k' }), { code: 'invalid-channel' });
  assert.throws(() => p.syncedState({ key: 'k' }), { message: 'Invalid channel name: it is not a string' });
  await p.elapse(60_000);
  assert.equal(p.sockets.length, 0);
});

test('a write shows at once, and is settled by its ack or its publication, whichever is first', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  const first = state.set(2);
  assert.equal(state.value, 2);
  assert.equal(state.status, 'pending');
  await settled();
  const command = last(p);
  assert.match(command.op, /^\w{16,64}$/);
  assert.deepEqual(command, { type: 'set', channel: 'a', key: 'k', value: 2, op: command.op, id: command.id });
  await ack(p, 11, 2);
  assert.equal(await first, 2);
  assert.equal(state.status, 'synced');
  await change(p, 11, 2, { from: 'c', op: command.op });

  const second = state.set(3);
  await settled();
  await change(p, 12, 3, { from: 'c', op: last(p).op });
  assert.equal(await second, 3);
  assert.equal(state.status, 'synced');
  await change(p, 13, 4);
  await ack(p, 12, 3);
  assert.deepEqual(state.log, [2, 3, 4]);
});

test('what is new here is never overwritten by what is old', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  for (const value of [1, 2, 3]) state.set(value);
  await settled();
  const [one] = writes(p);
  await change(p, 11, 'of another');
  await ack(p, 12, 1);
  const [, two, three] = writes(p);
  await change(p, 12, 1, { op: one.op });
  await ack(p, 14, 2, two);
  await ack(p, 15, 3, three);
  await change(p, 13, 'of another');
  await change(p, 14, 2, { op: two.op });
  assert.deepEqual(state.log, [1, 2, 3]);
  await change(p, 15, 3, { op: three.op });
  await change(p, 16, 'newer');
  assert.deepEqual(state.log, [1, 2, 3, 'newer']);
});

test('what an ack has told stays when the channel is subscribed anew', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  state.set(1);
  await settled();
  await ack(p, 12, 1);
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(2000);
  await p.socket.subscribed('a', { offset: 11, recovered: false, state: { k: 'older' } });
  assert.deepEqual(state.log, [1]);
  await change(p, 12, 1);
  await change(p, 13, 2);
  assert.deepEqual(state.log, [1, 2]);
});

test('a key that was removed here does not come back with an older change', async (t) => {
  const { p, state } = await synced(t, { k: 5 });
  const removed = state.remove();
  await settled();
  const { op, id } = last(p);
  assert.deepEqual(last(p), { type: 'remove', channel: 'a', key: 'k', op, id });
  await p.socket.push({ type: 'ack', id, offset: 12 });
  assert.equal(await removed, undefined);
  await change(p, 11, 6);
  await change(p, 12, undefined, { deleted: true, op });
  assert.deepEqual(state.log, [0]);
  await change(p, 13, 7);
  assert.deepEqual(state.log, [0, 7]);
  state.increment();
  await settled();
  await change(p, 14, undefined, { deleted: true });
  assert.deepEqual(state.log, [0, 7, 8, 1]);
});

test('increments add up with those of others, and none is seen twice', async (t) => {
  const { p, state } = await synced(t, { k: 5 });
  const [one, ten] = [state.increment(), state.increment(10)];
  await settled();
  assert.deepEqual({ ...last(p), id: 0, op: '' }, { type: 'increment', channel: 'a', key: 'k', by: 1, op: '', id: 0 });
  await change(p, 11, 105);
  await ack(p, 12, 106);
  assert.equal(await one, 106);
  await change(p, 12, 106, { op: writes(p)[0].op });
  await change(p, 13, 116, { op: last(p).op });
  await ack(p, 13, 116);
  assert.equal(await ten, 116);
  assert.deepEqual(state.log, [6, 16, 116]);
});

test('where there is nothing, increments count from 0', async (t) => {
  const { state } = await synced(t, {}, 'k', { initial: 100 });
  assert.equal(state.value, 100);
  state.increment(2);
  assert.deepEqual(state.log, [2]);
});

test('what is refused is rolled back, what else is pending stays, and nobody has to look at the promise', async (t) => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const { p, state, socket } = await synced(t, { k: 5 });
  const refused = state.set(50);
  state.increment();
  await settled();
  await change(p, 11, 7);
  await socket.refuse(last(p), 'forbidden', 'Not you');
  assert.deepEqual(state.log, [50, 51, 8, 'error forbidden']);
  assert.equal(state.status, 'pending');
  await assert.rejects(refused, { name: 'RealtimeError', code: 'forbidden', message: 'Not you' });
  await socket.refuse(last(p), 'internal');
  assert.deepEqual(state.log, [50, 51, 8, 'error forbidden', 7, 'error internal']);
  assert.equal(state.status, 'synced');
  assert.equal(state.error, undefined);
  await settled();
  assert.deepEqual(unhandled, []);
});

test('what the server replaces is shown', async (t) => {
  const { p, state } = await synced(t);
  const set = state.set('  hello ');
  await settled();
  await ack(p, 11, 'hello');
  assert.equal(await set, 'hello');
  assert.deepEqual(state.log, ['  hello ', 'hello']);
});
