import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';
import { ack, back, change, conflict, last, open, synced, writes } from './state-page.js';

test('update expects what it was computed from, and computes again where somebody was faster', async (t) => {
  const { p, state, socket } = await synced(t, { k: 5 });
  const updated = state.update((value) => value * 2);
  await settled();
  const first = last(p);
  assert.deepEqual(first, { type: 'set', channel: 'a', key: 'k', value: 10, expect: 10, op: first.op, id: first.id });
  await conflict(p, 12, { value: 6 }, first);
  assert.equal(state.value, 12);
  await p.elapse(20);
  const second = last(p);
  assert.notEqual(second.op, first.op);
  assert.deepEqual([second.value, second.expect], [12, 12]);
  await change(p, 11, 'older');
  await change(p, 12, 6);
  await change(p, 13, 7);
  await conflict(p, 12, { value: 6 }, second);
  await p.elapse(20);
  assert.deepEqual([last(p).value, last(p).expect], [14, 13]);
  await ack(p, 14, 14);
  assert.equal(await updated, 14);
  assert.deepEqual(state.log, [10, 12, 14]);
});

test('update starts from initial where there is nothing, and expects that', async (t) => {
  const { p, state, socket } = await synced(t);
  state.update((n) => n + 1);
  await settled();
  assert.deepEqual([last(p).value, last(p).expect], [1, 0]);
  await conflict(p, 11, { value: 4 });
  await p.elapse(20);
  assert.deepEqual([last(p).value, last(p).expect], [5, 11]);
  await conflict(p, 12, null);
  await p.elapse(40);
  assert.deepEqual([last(p).value, last(p).expect], [1, 0]);
});

test('update gives up where somebody is always faster', async (t) => {
  const { p, state, socket } = await synced(t, { k: 0 });
  const updated = state.update((n) => n + 1);
  for (let times = 1; times <= 30; times++) {
    await p.elapse(500);
    assert.equal(writes(p).length, times);
    await conflict(p, 10 + times, { value: times });
  }
  await assert.rejects(updated, { code: 'conflict', message: 'Somebody was faster' });
  await p.elapse(5000);
  assert.equal(writes(p).length, 30);
  assert.equal(state.log.at(-1), 'error conflict');
  assert.equal(state.value, 30);
});

test('update may change what it gets, and the page what it has written', async (t) => {
  const initial = [];
  const { p, state } = await synced(t, {}, 'k', { initial });
  const add = (item) => (list) => {
    list.push(item);
    return list;
  };
  state.update(add('a'));
  state.update(add('b'));
  assert.deepEqual(state.value, ['a', 'b']);
  assert.deepEqual(initial, []);
  await settled();
  state.value.push('not written');
  await ack(p, 11, ['a']);
  assert.deepEqual(last(p).value, ['a', 'b']);
  await ack(p, 12, ['a', 'b']);
  await p.socket.drop();
  const list = ['c'];
  const stored = state.set(list);
  list.push('not written');
  await back(p);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  assert.deepEqual(last(p).value, ['c']);
  await ack(p, 13, ['c']);
  (await stored).push('not written');
  state.set(1);
  await settled();
  await p.socket.refuse(last(p), 'forbidden');
  assert.deepEqual(state.value, ['c']);
});

test('an object is told once, though its ack and its publication bring it again', async (t) => {
  const { p, state } = await synced(t);
  state.set({ x: 1 });
  const { value } = state;
  await settled();
  await ack(p, 11, { x: 1 });
  await change(p, 11, { x: 1 });
  assert.deepEqual(state.log, [{ x: 1 }]);
  assert.equal(state.value, value);
});

test('a page may change what it is shown', async (t) => {
  const { state } = await synced(t, { k: ['a'] });
  state.value.push('not written');
  state.update((list) => [...list, 'b']);
  assert.deepEqual(state.value, ['a', 'b']);
});

test('update gets null where that is stored', async (t) => {
  const { state } = await synced(t, { k: null });
  state.update((value) => [value]);
  assert.deepEqual(state.value, [null]);
});

test('an update that has to be computed again was not sent yet', async (t) => {
  const { p, state, socket } = await synced(t, { k: 1 });
  const updated = state.update((n) => n + 1);
  await settled();
  await conflict(p, 11, { value: 5 });
  await socket.drop();
  p.sleep(300_000);
  await back(p);
  await p.socket.subscribed('a', { offset: 11, recovered: false, state: { k: 5 } });
  await ack(p, 12, 6);
  assert.equal(await updated, 6);
});

test('text is not added to', async (t) => {
  const { p, state } = await synced(t, { k: 'text' });
  state.increment();
  assert.equal(state.value, 'text');
  await settled();
  await p.socket.refuse(last(p), 'invalid-data');
  assert.deepEqual(state.log, ['error invalid-data']);
});

test('what is no value is refused here', async (t) => {
  const p = await page(t);
  const state = open(p);
  const circle = {};
  circle.circle = circle;
  const fail = () => {
    throw new Error('fail');
  };
  await assert.rejects(state.set(undefined), { name: 'RealtimeError', code: 'invalid-data' });
  await assert.rejects(state.set(NaN), { code: 'invalid-data' });
  await assert.rejects(state.set(-Infinity), { code: 'invalid-data' });
  await assert.rejects(state.set(() => {}), { code: 'invalid-data' });
  await assert.rejects(state.set(circle), TypeError);
  await assert.rejects(state.set(1n), TypeError);
  await assert.rejects(state.update(() => {}), { code: 'invalid-data' });
  await assert.rejects(state.update(fail), { message: 'fail' });
  for (const by of ['1', NaN, null, { type: 'click' }]) {
    await assert.rejects(state.increment(by), { code: 'invalid-data' });
  }
  assert.equal(state.log.length, 13);
  assert.equal(state.value, 0);
  await p.socket.accept();
  await p.socket.subscribed('a', { state: {} });
  assert.equal(state.status, 'synced');
  assert.equal(p.socket.commands.length, 1);
});

test('update that fails on a later value is refused then, and shows nothing', async (t) => {
  const { p, state } = await synced(t, { k: [] });
  const updated = state.update((list) => [...list, 'item']);
  await settled();
  await conflict(p, 11, { value: 7 });
  assert.equal(state.value, 7);
  await p.elapse(20);
  await assert.rejects(updated, TypeError);
  assert.equal(state.status, 'synced');
  assert.equal(writes(p).length, 1);
});

test('a command that is too large is refused', async (t) => {
  const { state } = await synced(t);
  await assert.rejects(state.set('é'.repeat(32_768)), { code: 'too-large' });
  assert.equal(state.value, 0);
});

test('writes go in their order, an update after all before it on its key, and before all behind it', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  const other = open(p, 'other');
  other.set('first');
  await settled();
  await ack(p, 11, 'first');
  state.set(1);
  state.increment();
  state.update((n) => n * 10);
  other.set('second');
  other.update((text) => `${text}, third`);
  assert.equal(state.value, 20);
  const expected = [
    ['set', 'k', 1],
    ['increment', 'k', undefined],
    ['set', 'k', 20],
    ['set', 'other', 'second'],
    ['set', 'other', 'second, third'],
  ];
  const values = [1, 2, 20, 'second', 'second, third'];
  for (const [n, value] of values.entries()) {
    await settled();
    const sent = writes(p).slice(1);
    assert.deepEqual(sent.map(({ type, key, value: v }) => [type, key, v]), expected.slice(0, n + 1));
    await ack(p, 12 + n, value);
  }
  assert.equal(state.status, 'synced');
});
