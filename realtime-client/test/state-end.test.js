import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';
import { ack, back, change, last, open, synced, writes } from './state-page.js';

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
