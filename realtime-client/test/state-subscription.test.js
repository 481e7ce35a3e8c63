import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';
import { ack, back, change, last, open, synced, writes } from './state-page.js';

test('the status follows', async (t) => {
  const p = await page(t);
  const seen = [];
  const state = open(p);
  const end = state.subscribe((value, status) => seen.push(`${value} ${status}`), { status: true });
  await settled();
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 10, state: { k: 1 } });
  state.increment();
  await settled();
  await ack(p, 11, 2);
  await back(p);
  await p.socket.subscribed('a', { offset: 11, recovered: true });
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'forbidden' });
  end();
  assert.deepEqual(seen, [
    '0 syncing', '0 offline', '1 synced', '2 pending', '2 synced', '2 offline', '2 synced', '2 error',
  ]);
  assert.equal(state.error.code, 'forbidden');
  assert.deepEqual(state.log, [0, 1, 2, 'error forbidden']);
});

test('a goodbye and a resync are silent', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  assert.equal(state.status, 'synced');
  state.set(2);
  await settled();
  assert.deepEqual(writes(p), []);
  await p.elapse(2000);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  await ack(p, 11, 2);
  await p.socket.push({ type: 'goodbye', reconnectAfter: 100 });
  await p.socket.drop(1012);
  assert.equal(state.status, 'synced');
});

test('states and connections of a channel share one subscription, and each key one value', async (t) => {
  const p = await page(t);
  const first = open(p);
  const connection = p.connect('a');
  const second = open(p, 'k', { initial: 'none' });
  const other = open(p, 'other');
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [{ type: 'subscribe', channel: 'a', state: true, keys: ['k', 'other'], id: 1 }]);
  await p.socket.subscribed('a', { offset: 1, state: { other: 1 } });
  const seen = [];
  for (const state of [first, second]) state.subscribe(() => seen.push([first.value, second.value]));
  seen.length = 0;
  second.set('x');
  assert.deepEqual([first, second, other].map(({ status }) => status), ['pending', 'pending', 'synced']);
  assert.deepEqual(seen, [['x', 'x'], ['x', 'x']]);
  await settled();
  await change(p, 2, 'x', { op: last(p).op });
  await p.socket.message('a', 3);
  assert.deepEqual(connection.log, ['connect', 3]);
  assert.deepEqual([first.value, second.value, other.value], ['x', 'x', 1]);

  await p.disconnectRealtime('a');
  assert.equal(p.isRealtimeConnected('a'), false);
  await change(p, 4, 'y');
  assert.equal(first.value, 'y');
  first.dispose();
  second.dispose();
  await settled();
  assert.deepEqual(p.socket.all('unsubscribe'), []);
  other.dispose();
  await settled();
  assert.equal(p.socket.all('unsubscribe').length, 1);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('a state that comes to a subscribed channel fetches what is there', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 3 });
  const state = open(p);
  await p.socket.message('a', 4);
  await settled();
  assert.deepEqual(p.socket.commands.slice(1), [{ type: 'snapshot', channel: 'a', id: 2 }]);
  assert.equal(state.status, 'syncing');
  await change(p, 5, 'in the snapshot');
  await change(p, 6, 'newer than the snapshot', { key: 'other' });
  const snapshot = { type: 'snapshot', id: 2, channel: 'a', epoch: 'e', offset: 5, state: { k: 'five', other: 'old' } };
  await p.socket.push(snapshot, { type: 'message', channel: 'a', offset: 7 });
  assert.deepEqual(state.log, [0, 'five']);
  assert.equal(state.status, 'synced');
  assert.equal(open(p, 'other').value, 'newer than the snapshot');
  assert.deepEqual(connection.log, ['connect', 4, undefined]);

  state.set('six');
  await settled();
  await ack(p, 8, 'six');
  await back(p);
  assert.deepEqual(p.socket.last('subscribe', 'a'), {
    type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 7 }, state: true, keys: ['k', 'other'], id: 2,
  });
});

test('publications that a snapshot has seen already change nothing', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const state = open(p);
  await settled();
  await p.socket.push({ type: 'snapshot', id: 2, channel: 'a', epoch: 'e', offset: 5, state: { k: 'five' } });
  await change(p, 4, 'four');
  await change(p, 5, 'five');
  await change(p, 6, 'six');
  assert.deepEqual(state.log, [0, 'five', 'six']);
});

test('a subscription that goes on from the position of a connection gives no state: it is fetched', async (t) => {
  const p = await page(t);
  const state = open(p);
  const connection = p.connect('a', { since: { epoch: 'e', offset: 3 } });
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 4, recovered: true });
  assert.deepEqual(p.socket.commands.map(({ type }) => type), ['subscribe', 'snapshot']);
  await change(p, 4, 'four');
  await p.socket.push({ type: 'snapshot', id: 2, channel: 'a', epoch: 'e', offset: 4, state: { k: 'four' } });
  assert.deepEqual(state.log, [0, 'four']);
  assert.deepEqual(connection.log, ['connect']);
});

test('a connection that knows less makes the channel start over, and changes nothing here', async (t) => {
  const { p, state } = await synced(t, { k: 10 });
  await change(p, 11, 11);
  state.log.length = 0;
  p.connect('a', { since: { epoch: 'e', offset: 8 } });
  await settled();
  state.set('pending');
  await settled();
  assert.deepEqual(writes(p), []);
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 12, recovered: true });
  for (const offset of [9, 10, 11]) await change(p, offset, 'old');
  assert.deepEqual(writes(p), []);
  await change(p, 12, 12);
  assert.equal(writes(p).length, 1);
  await p.socket.refuse(last(p), 'forbidden');
  assert.deepEqual(state.log, ['pending', 12, 'error forbidden']);
});

test('recovered, what is known is right; otherwise the reply has all there is', async (t) => {
  const { p, state } = await synced(t, { k: 1, gone: 2 });
  const gone = open(p, 'gone');
  await back(p);
  assert.deepEqual(p.socket.last('subscribe', 'a').since, { epoch: 'e', offset: 10 });
  assert.equal(p.socket.last('subscribe', 'a').state, true);
  await p.socket.subscribed('a', { offset: 11, recovered: true });
  assert.equal(state.value, 1);
  await change(p, 11, 2);
  await back(p);
  await p.socket.subscribed('a', { offset: 300, recovered: false, state: { k: 3 } });
  assert.deepEqual(state.log, [2, 3]);
  assert.deepEqual(gone.log, [2, 0]);
  await change(p, 301, 4);
  assert.deepEqual(p.socket.commands.map(({ type }) => type), ['resume', 'subscribe']);
  assert.equal(state.value, 4);
});

test('a new epoch counts anew', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  state.set(2);
  await settled();
  await ack(p, 11, 2);
  state.update((n) => n + 1);
  await settled();
  const { op, expect } = last(p);
  assert.equal(expect, 11);
  await back(p);
  await p.socket.subscribed('a', { epoch: 'f', offset: 1, recovered: false, state: { k: 5 } });
  assert.equal(state.value, 6);
  assert.deepEqual([last(p).op, last(p).value, last(p).expect], [op, 6, 1]);
  await ack(p, 2, 6);
  await change(p, 2, 6);
  await change(p, 3, 7);
  assert.equal(state.value, 7);
});

test('a snapshot that is refused for the moment is asked for again', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const state = open(p);
  await settled();
  await p.socket.refuse(p.socket.last('snapshot', 'a'), 'unavailable');
  await p.elapse(249);
  assert.equal(p.socket.all('snapshot').length, 1);
  await p.elapse(1);
  assert.equal(p.socket.all('snapshot').length, 2);
  await p.socket.push({ type: 'snapshot', id: 3, channel: 'a', epoch: 'e', offset: 3, state: { k: 1 } });
  assert.equal(state.value, 1);
});

test('a snapshot that the subscription does not survive is asked for again, and of no use when it comes', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const state = open(p);
  await settled();
  const before = p.socket.last('snapshot', 'a');
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(2000);
  const reply = { type: 'subscribed', channel: 'a', epoch: 'e', offset: 4, recovered: true };
  await p.socket.push(
    { type: 'error', id: before.id, code: 'not-subscribed', message: '' },
    { ...reply, id: p.socket.last('subscribe', 'a').id },
  );
  const crossing = p.socket.last('snapshot', 'a');
  assert.notEqual(crossing, before);
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(2000);
  await p.socket.subscribed('a', { offset: 9, recovered: false, state: { k: 'nine' } });
  const { id } = crossing;
  await p.socket.push({ type: 'snapshot', id, channel: 'a', epoch: 'e', offset: 8, state: { k: 'eight', gone: 1 } });
  assert.deepEqual(state.log, [0, 'nine']);
  assert.equal(open(p, 'gone').value, 0);
});

test('what came before a new epoch, while a snapshot was awaited, is nothing', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const state = open(p);
  await settled();
  await change(p, 4, 'of the old epoch');
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(2000);
  await p.socket.subscribed('a', { epoch: 'f', offset: 1, recovered: false, state: { k: 'one' } });
  await change(p, 2, 'two');
  assert.deepEqual(state.log, [0, 'one', 'two']);
});
