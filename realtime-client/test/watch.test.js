import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

/** Watches channel `a`, and notes what it is told. */
function watch(p, options = {}) {
  const log = [];
  const end = p.watchState({
    channel: 'a',
    onChange: (changes) => log.push(Object.fromEntries(changes)),
    onError: (error) => log.push(`error ${error.code}`),
    ...options,
  });
  return { log, end };
}

/** A page that has been told what there is. */
async function watching(t, state = {}) {
  const p = await page(t);
  const { log, end } = watch(p);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 10, state });
  return { p, socket: p.socket, log, end };
}

function change(p, offset, change) {
  return p.socket.push({ type: 'state', channel: 'a', offset, ...change });
}

test('a watcher is told what there is, and then each change by its key', async (t) => {
  const { p, log } = await watching(t, { x: 1, constructor: 2 });
  assert.equal(p.socket.last('subscribe', 'a').state, true);
  await change(p, 11, { key: 'x', value: 3 });
  await change(p, 12, { changes: [{ key: 'y', value: 4 }, { key: 'constructor', deleted: true }] });
  await change(p, 13, { key: 'x', value: 3 });
  assert.deepEqual(log, [{ x: 1, constructor: 2 }, { x: 3 }, { y: 4, constructor: undefined }]);
});

test('a watcher is told where there is nothing', async (t) => {
  const { log } = await watching(t);
  assert.deepEqual(log, [{}]);
});

test('a watcher that comes later is told all there is', async (t) => {
  const { p, log } = await watching(t, { x: 1 });
  await change(p, 11, { key: 'y', value: 2 });
  const later = watch(p);
  await settled();
  assert.deepEqual(later.log, [{ x: 1, y: 2 }]);
  assert.equal(log.length, 2);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('a watcher that follows a connect fetches the state', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 10 });
  const { log } = watch(p);
  await settled();
  const { id } = p.socket.last('snapshot', 'a');
  await p.socket.push({ type: 'snapshot', id, channel: 'a', epoch: 'e', offset: 10, state: { x: 1 } });
  assert.deepEqual(log, [{ x: 1 }]);
});

test('what the page writes is told at once, and rolled back where it is refused', async (t) => {
  const { p, log } = await watching(t, { x: 1 });
  const state = p.syncedState({ channel: 'a', key: 'x' });
  const refused = assert.rejects(state.set(2), { code: 'invalid-data' });
  state.dispose();
  await settled();
  assert.deepEqual(log, [{ x: 1 }, { x: 2 }]);
  await p.socket.refuse(p.socket.last('set', 'a'), 'invalid-data');
  await refused;
  assert.deepEqual(log.slice(2), [{ x: 1 }]);
});

test('what the server makes of a write is told', async (t) => {
  const { p, log } = await watching(t);
  const stored = p.syncedState({ channel: 'a', key: 'x' }).set(2);
  await settled();
  await p.socket.push({ type: 'ack', id: p.socket.last('set', 'a').id, offset: 11, value: { of: 2 } });
  assert.deepEqual(await stored, { of: 2 });
  await change(p, 11, { key: 'x', value: { of: 2 } });
  assert.deepEqual(log, [{}, { x: 2 }, { x: { of: 2 } }]);
});

test('what has changed while the page was away is told, and no more', async (t) => {
  const { p, log } = await watching(t, { x: 1, y: 2, z: 3 });
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 300, recovered: false, state: { x: 1, y: 4, w: 5 } });
  assert.deepEqual(log.slice(1), [{ y: 4, z: undefined, w: 5 }]);
});

test('a value belongs to the page that gets it', async (t) => {
  const { p, log } = await watching(t, { x: { n: 1 } });
  log[0].x.n = 7;
  const later = watch(p);
  await settled();
  assert.deepEqual(later.log, [{ x: { n: 1 } }]);
});

test('a handler that throws is reported, and the next is told', async (t) => {
  const p = await page(t);
  watch(p, { onChange: () => { throw new Error('broken'); } });
  const { log } = watch(p);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 10, state: { x: 1 } });
  assert.deepEqual(log, [{ x: 1 }]);
  assert.equal(p.reported[0].message, 'broken');
});

test('a channel that is refused is told', async (t) => {
  const p = await page(t);
  const { log } = watch(p);
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'forbidden');
  assert.deepEqual(log, ['error forbidden']);
});

test('a watcher that is ended is told nothing, and the last one leaves the channel', async (t) => {
  const { p, log, end } = await watching(t);
  const other = watch(p);
  await settled();
  end();
  await settled();
  await change(p, 11, { key: 'x', value: 1 });
  assert.deepEqual([log.length, other.log.length], [1, 2]);
  assert.equal(p.socket.last('unsubscribe', 'a'), undefined);
  other.end();
  await settled();
  assert.ok(p.socket.last('unsubscribe', 'a'));
});

test('a watcher that is ended before it was told anything is told nothing', async (t) => {
  const { p } = await watching(t, { x: 1 });
  const { log, end } = watch(p);
  end();
  await settled();
  assert.deepEqual(log, []);
});

test('a name that is not one throws', async (t) => {
  const p = await page(t);
  assert.throws(() => watch(p, { channel: 'no name' }), { code: 'invalid-channel' });
});
