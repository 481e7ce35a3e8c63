import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

/** A state of channel `a`, and what it tells. */
function open(p, key = 'k', options = {}) {
  const log = [];
  const state = p.syncedState({
    channel: 'a',
    key,
    initial: 0,
    onError: (error) => log.push(`error ${error.code}`),
    ...options,
  });
  state.subscribe((value) => log.push(value));
  state.log = log;
  return state;
}

/** A page that knows the state of its channel. */
async function synced(t, state = {}, key = 'k', options = {}) {
  const p = await page(t);
  const opened = open(p, key, options);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 10, state });
  opened.log.length = 0;
  return { p, state: opened, socket: p.socket };
}

/** The last command of a page that is about a key. */
function last(p) {
  return p.socket.commands.findLast(({ key }) => key !== undefined);
}

function writes(p) {
  return p.socket.commands.filter(({ key }) => key !== undefined);
}

function ack(p, offset, value, command = last(p)) {
  return p.socket.push({ type: 'ack', id: command.id, offset, value });
}

function conflict(p, offset, current, { id } = last(p)) {
  return p.socket.push({ type: 'error', id, code: 'conflict', message: 'Somebody was faster', current, offset });
}

function change(p, offset, value, more = {}) {
  return p.socket.push({ type: 'state', channel: 'a', offset, key: 'k', value, ...more });
}

/** The connection is lost, and the next is accepted. */
async function back(p) {
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
}

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

test('more is sent at once the more the server takes, up to 20, and one after it had enough', async (t) => {
  const { p, state, socket } = await synced(t, { k: 0 });
  for (let n = 0; n < 300; n++) state.increment();
  await settled();
  let replied = 0;
  const underWay = async (most) => {
    for (; writes(p).length - replied < most; replied++) await ack(p, 11 + replied, replied + 1, writes(p)[replied]);
    return writes(p).length - replied;
  };
  assert.equal(await underWay(1), 1);
  await ack(p, 11, ++replied, writes(p)[0]);
  assert.equal(await underWay(1), 2);
  assert.equal(await underWay(20), 20);
  for (let n = 0; n < 100; n++) await ack(p, 11 + replied, ++replied, writes(p)[replied - 1]);
  assert.equal(await underWay(1), 20);
  const { length } = writes(p);
  for (const write of writes(p).slice(replied)) await socket.refuse(write, 'rate-limited');
  await p.elapse(1999);
  assert.equal(writes(p).length, length);
  await p.elapse(501);
  assert.equal(writes(p).length, length + 1);
  assert.equal(last(p).op, writes(p)[replied].op);
  assert.equal(state.value, 300);
  assert.equal(state.status, 'pending');
  assert.deepEqual(state.log.filter((entry) => typeof entry !== 'number'), []);
});

for (const code of ['unavailable', 'timeout']) {
  test(`${code} is not the last word on a write`, async (t) => {
    const { p, state, socket } = await synced(t);
    const set = state.set(1);
    await settled();
    let wait = 250;
    for (let times = 1; times < 5; times++) {
      await socket.refuse(last(p), code);
      await p.elapse(wait - 1);
      assert.equal(writes(p).length, times);
      await p.elapse(1);
      assert.equal(writes(p).length, times + 1);
      wait *= 2;
    }
    assert.equal(new Set(writes(p).map(({ op }) => op)).size, 1);
    await ack(p, 11, 1);
    assert.equal(await set, 1);
    assert.deepEqual(state.log, [1]);

    state.set(2);
    await settled();
    const { length } = writes(p);
    await socket.refuse(last(p), code);
    await p.elapse(250);
    assert.equal(writes(p).length, length + 1);
  });
}

test('where one channel is too much, the others wait, too', async (t) => {
  const { p, state, socket } = await synced(t);
  const other = p.syncedState({ channel: 'b', key: 'k' });
  await settled();
  await socket.subscribed('b', { state: {} });
  state.set(1);
  await settled();
  await socket.refuse(last(p), 'rate-limited');
  other.set(2);
  await p.elapse(1999);
  assert.equal(writes(p).length, 1);
  await p.elapse(501);
  assert.equal(writes(p).length, 3);
});

/** Three writes under way, of which the first is not done for the moment, and the others are. */
async function overtaken(t) {
  const opened = await synced(t, { k: 0 });
  const { p, state } = opened;
  for (let n = 0; n < 2; n++) {
    state.set('before');
    await settled();
    await ack(p, 11 + n, 'before');
  }
  const promises = ['one', 'two', 'three'].map((value) => state.set(value));
  await settled();
  return { ...opened, promises, sent: writes(p).slice(-3) };
}

test('what is refused for the moment and is overtaken is not written over what is newer', async (t) => {
  const { p, state, socket, promises, sent } = await overtaken(t);
  await socket.refuse(sent[0], 'rate-limited');
  await ack(p, 13, 'two', sent[1]);
  await ack(p, 14, 'three', sent[2]);
  assert.deepEqual(await Promise.all(promises), ['two', 'two', 'three']);
  await p.elapse(5000);
  assert.equal(writes(p).at(-1), sent[2]);
  assert.equal(state.value, 'three');
});

test('what another key has is not overtaken', async (t) => {
  const { p, state, socket } = await synced(t, { k: 0 });
  state.set('before');
  await settled();
  await ack(p, 11, 'before');
  const first = open(p, 'other').set('first');
  state.set('second');
  await settled();
  const [one, two] = writes(p).slice(1);
  await socket.refuse(one, 'rate-limited');
  await ack(p, 12, 'second', two);
  await p.elapse(2500);
  assert.equal(last(p).op, one.op);
  await ack(p, 13, 'first');
  assert.equal(await first, 'first');
});

test('what has no reply yet is not overtaken', async (t) => {
  const { p, state, socket } = await synced(t, { k: 0 });
  state.set('before');
  await settled();
  await ack(p, 11, 'before');
  const refused = state.set('bad');
  state.set('good');
  await settled();
  const [, bad, good] = writes(p);
  await change(p, 11, 'before');
  await change(p, 12, 'good', { op: good.op });
  await socket.refuse(bad, 'forbidden');
  await assert.rejects(refused, { code: 'forbidden' });
  assert.equal(state.value, 'good');
});

test('where it is written over what is newer, that is written again', async (t) => {
  const { p, state, promises, sent } = await overtaken(t);
  await back(p);
  await p.socket.subscribed('a', { offset: 500, recovered: false, state: { k: 'three' } });
  assert.equal(last(p).op, sent[0].op);
  await ack(p, 501, 'one');
  assert.equal(last(p).op, sent[2].op);
  await ack(p, 13, 'two', writes(p)[1]);
  await ack(p, 14, 'three');
  const again = writes(p).slice(3);
  assert.deepEqual(again.map(({ value }) => value), ['two', 'three']);
  assert.equal(new Set([...sent, ...again].map(({ op }) => op)).size, 5);
  assert.equal(state.value, 'three');
  await ack(p, 502, 'two', again[0]);
  await ack(p, 503, 'three', again[1]);
  assert.deepEqual(await Promise.all(promises), ['one', 'two', 'three']);
  assert.equal(state.value, 'three');
});

test('the connection is lost: what is under way is sent again, under the same name, and first', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  const one = state.set(1);
  await settled();
  const { op } = last(p);
  const two = state.set(2);
  await p.socket.drop();
  state.increment();
  assert.equal(state.status, 'offline');
  assert.equal(state.value, 3);
  await p.elapse(500);
  await p.socket.accept();
  assert.deepEqual(writes(p), []);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  assert.equal(state.status, 'pending');
  assert.equal(last(p).op, op);
  await ack(p, 11, 1);
  assert.equal(await one, 1);
  await ack(p, 12, 2);
  assert.equal(await two, 2);
  await ack(p, 13, 3);
  assert.deepEqual(writes(p).map(({ type }) => type), ['set', 'set', 'increment']);
  assert.deepEqual(state.log, [1, 2, 3]);
});

test('what was missed comes first, and settles what is in it', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  const one = state.increment();
  await settled();
  const { op } = last(p);
  state.update((n) => n * 10);
  await back(p);
  await p.socket.subscribed('a', { offset: 12, recovered: true }, {
    type: 'state', channel: 'a', offset: 11, key: 'k', value: 5,
  });
  assert.deepEqual(writes(p), []);
  await change(p, 12, 6, { op });
  assert.equal(await one, 6);
  assert.deepEqual(writes(p).map(({ value, expect }) => [value, expect]), [[60, 12]]);
  assert.deepEqual(state.log, [1, 10, 60]);
});

test('what may have been stored more than 5 minutes ago is not sent again, what was never sent is', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  const sent = state.set(1);
  await settled();
  const waiting = state.set(2);
  await p.socket.drop();
  p.sleep(300_000);
  await back(p);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  await assert.rejects(sent, { code: 'timeout' });
  assert.deepEqual(writes(p).map(({ value }) => value), [2]);
  await ack(p, 11, 2);
  assert.equal(await waiting, 2);
  assert.deepEqual(state.log, [1, 2, 'error timeout']);
});

test('what is not sent again is rolled back', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  state.set(1);
  await settled();
  await p.socket.drop();
  p.sleep(300_000);
  await back(p);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  assert.deepEqual(state.log, [1, 0, 'error timeout']);
  assert.equal(state.status, 'synced');
});

for (const code of ['rate-limited', 'not-subscribed']) {
  test(`what was refused as ${code} was never sent`, async (t) => {
    const { p, state, socket } = await synced(t);
    const set = state.set(1);
    await settled();
    await socket.refuse(last(p), code);
    await socket.drop();
    p.sleep(300_000);
    await back(p);
    await p.socket.subscribed('a', { offset: 10, recovered: true });
    await ack(p, 11, 1);
    assert.equal(await set, 1);
  });
}

test('1000 writes wait, and no more', async (t) => {
  const p = await page(t);
  const state = open(p);
  for (let n = 0; n < 1000; n++) state.increment();
  assert.equal(state.value, 1000);
  await assert.rejects(state.increment(), { code: 'limit-exceeded', message: '1000 writes are waiting' });
  assert.equal(state.value, 1000);
});

test('where a command cannot be sent, the page goes on', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  p.socket.readyState = 2;
  const set = state.set(1);
  await settled();
  p.sleep(300_000);
  await back(p);
  await p.socket.subscribed('a', { offset: 10, recovered: true });
  await ack(p, 11, 1);
  assert.equal(await set, 1);
});

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

test('nothing that waits is left behind', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 3 });
  const state = open(p);
  await settled();
  await p.socket.refuse(p.socket.last('snapshot', 'a'), 'unavailable');
  state.dispose();
  await p.elapse(1000);
  assert.equal(p.socket.all('snapshot').length, 1);
  assert.equal(connection.status, 'connected');
});

test('a snapshot that is refused is the end, of the states only', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 3 });
  const state = open(p);
  const write = state.set(1);
  await settled();
  await p.socket.refuse(p.socket.last('snapshot', 'a'), 'forbidden', 'No state for you');
  await assert.rejects(write, { code: 'forbidden', message: 'No state for you' });
  await assert.rejects(state.set(2), { code: 'forbidden' });
  assert.equal(state.status, 'error');
  assert.equal(state.error.message, 'No state for you');
  assert.equal(state.value, 0);
  await p.socket.message('a', 4);
  assert.deepEqual(connection.log, ['connect', 4]);
  state.dispose();
  await settled();
  assert.deepEqual(p.socket.all('unsubscribe'), []);
  connection.disconnect();
  await settled();
  assert.equal(p.socket.all('unsubscribe').length, 1);
  assert.equal(open(p).status, 'syncing');
});

test('a channel that is refused ends its states, and a later one tries anew', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  const write = state.set(2);
  await settled();
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'forbidden' });
  await assert.rejects(write, { code: 'forbidden' });
  assert.equal(state.status, 'error');
  assert.deepEqual(state.log, [2, 1, 'error forbidden', 'error forbidden']);
  const again = open(p);
  await settled();
  await p.socket.subscribed('a', { offset: 20, state: { k: 5 } });
  assert.equal(again.value, 5);
  assert.equal(state.value, 1);
  state.dispose();
  await settled();
  again.set(6);
  await settled();
  assert.equal(last(p).value, 6);
});

test('a refused token is told to states, too', async (t) => {
  const p = await page(t);
  p.configureRealtime({ getToken: () => 'bad' });
  const state = open(p);
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.all('authenticate')[0], 'unauthenticated');
  assert.deepEqual(state.log, [0, 'error unauthenticated']);
});

test('a state that is disposed of is told nothing more, and what it wrote is still delivered', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  const one = state.set(2);
  const two = state.set(3);
  await settled();
  state.dispose();
  state.dispose();
  await assert.rejects(state.set(4), { code: 'disposed' });
  await change(p, 11, 'other');
  await ack(p, 12, 2);
  assert.equal(await one, 2);
  assert.deepEqual(p.socket.all('unsubscribe'), []);
  await p.socket.refuse(last(p), 'forbidden');
  await assert.rejects(two, { code: 'forbidden' });
  assert.equal(p.socket.all('unsubscribe').length, 1);
  assert.deepEqual(state.log, [2, 3]);
  await p.elapse(5000);
  assert.equal(p.socket.given, true);
  assert.equal(p.timers, 0);
});

test('a state that follows another within the moment keeps the subscription', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  state.dispose();
  const next = open(p);
  await settled();
  assert.equal(next.value, 1);
  assert.equal(p.socket.commands.length, 1);

  next.dispose();
  await settled();
  const later = open(p);
  next.dispose();
  await settled();
  await p.socket.subscribed('a', { offset: 11, state: { k: 2 } });
  await change(p, 12, 3);
  assert.equal(later.value, 3);
});

test('a state that a handler disposes of is not told what it was about to be', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  const other = open(p);
  state.subscribe((value) => value === 2 && other.dispose());
  await change(p, 11, 2);
  assert.deepEqual(state.log, [2]);
  assert.deepEqual(other.log, [1]);
});

test('who has unsubscribed is told nothing more', async (t) => {
  const { p, state } = await synced(t, { k: 1 });
  const seen = [];
  const end = state.subscribe((value) => {
    seen.push(value);
    if (value === 2) end();
  });
  await change(p, 11, 2);
  await change(p, 12, 3);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(state.log, [2, 3]);
});

test('a handler that writes or throws keeps nothing from the others, who hear nothing old', async (t) => {
  const { p, state } = await synced(t, { k: 0 });
  const wrong = new Error('wrong');
  const seen = [];
  state.subscribe((value) => value % 2 && state.set(value + 1));
  state.subscribe((value) => {
    seen.push(value);
    throw wrong;
  });
  await change(p, 11, 1);
  await change(p, 12, 'x');
  await settled();
  await p.socket.refuse(last(p), 'forbidden');
  assert.deepEqual(seen, [0, 2, 'x']);
  assert.deepEqual(p.reported, [wrong, wrong, wrong]);
});

test('10,000 states made and disposed of, and 100 reconnects, leave nothing', async (t) => {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const collected = async (check) => {
    for (let times = 0; times < 50 && !check(); times++) {
      await settled();
      gc();
    }
    assert.ok(check());
  };
  const { p, state } = await synced(t, { k: 1 });
  const refs = [];
  // A function of its own, whose frame is gone: this one's would hold the last of them
  const pass = (n) => {
    const passing = p.syncedState({ channel: 'a', key: `${n % 100}`, initial: {} });
    passing.subscribe(() => {});
    refs.push(new WeakRef(passing));
    passing.dispose();
  };
  for (let n = 0; n < 10_000; n++) {
    pass(n);
    if (n % 100 === 0) {
      await back(p);
      await p.socket.subscribed('a', { offset: 10, recovered: true });
    }
  }
  assert.equal(p.sockets.length, 101);
  assert.equal(p.timers, 1);
  const step = async (name, more) => {
    const changes = Array.from({ length: 1000 }, (_, n) => ({ key: `${name} ${n}`, ...more }));
    await p.socket.push({ type: 'state', channel: 'a', offset: ++top, changes });
  };
  let top = 10;
  gc();
  const { heapUsed } = process.memoryUsage();
  for (let n = 0; n < 300; n++) {
    await step(n, { value: 1 });
    await step(n, { deleted: true });
  }
  await collected(() => process.memoryUsage().heapUsed - heapUsed < 25_000_000);
  state.dispose();
  await p.elapse(5000);
  assert.equal(p.timers, 0);
  p.sockets.splice(0);
  await collected(() => !refs.some((ref) => ref.deref()));
});

test('10,000 channels one after the other leave no subscription', async (t) => {
  const p = await page(t);
  const kept = await p.connected('kept');
  for (let n = 0; n < 10_000; n++) p.syncedState({ channel: `${n}`, key: 'k' }).dispose();
  await settled();
  await back(p);
  assert.deepEqual(p.socket.all('subscribe').map(({ channel }) => channel), ['kept']);
  assert.equal(kept.status, 'connecting');
});
