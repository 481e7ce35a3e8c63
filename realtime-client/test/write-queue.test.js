import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';
import { ack, back, change, last, open, synced, writes } from './state-page.js';

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
