import assert from 'node:assert/strict';
import test from 'node:test';

import { seededRandom } from './random.js';
import { page, settled } from './page.js';
import { Server } from './server.js';

/** What the server wrote into the page of channel `a`, at 7. */
const CURSOR = { channel: 'a', epoch: 'e', offset: 7 };
const STATE = { ...CURSOR, state: { k: 'rendered', object: { deep: true } } };
const POSITION = { epoch: 'e', offset: 7 };

function since(p, channel = 'a') {
  return p.socket.last('subscribe', channel).since;
}

/** A state, and what it shows. */
function open(p, key = 'k') {
  const log = [];
  const state = p.syncedState({ channel: 'a', key, initial: 'initial' });
  state.subscribe((value) => log.push(value));
  state.log = log;
  return state;
}

async function accepted(p) {
  await settled();
  await p.socket.accept();
}

test('a connection starts where the page was rendered, and gets what has come since', async (t) => {
  const p = await page(t, { cursors: [{ ...CURSOR, channel: 'b', offset: 1 }, CURSOR] });
  const connection = p.connect('a');
  await accepted(p);
  assert.deepEqual(since(p), POSITION);
  const missed = [8, 9].map((offset) => ({ type: 'message', channel: 'a', offset, data: offset }));
  await p.socket.subscribed('a', { offset: 9, recovered: true }, ...missed);
  assert.deepEqual(connection.log, ['connect', 8, 9]);
});

test('a page that is too old is told so', async (t) => {
  const p = await page(t, { cursors: [CURSOR] });
  const connection = p.connect('a');
  await accepted(p);
  await p.socket.subscribed('a', { offset: 900, recovered: false });
  await p.socket.message('a', 901);
  assert.deepEqual(connection.log, ['connect', 'gap', 901]);
});

test('a state alone sends no more than the position', async (t) => {
  const p = await page(t, { cursors: [STATE] });
  p.connect('a');
  await accepted(p);
  assert.deepEqual(since(p), POSITION);
});

test('what the application says goes first, and null is from now on', async (t) => {
  const p = await page(t, { cursors: [CURSOR, { ...CURSOR, channel: 'b' }] });
  p.connect('a', { since: { epoch: 'f', offset: 3 } });
  const now = p.connect('b', { since: null });
  await accepted(p);
  assert.deepEqual(since(p), { epoch: 'f', offset: 3 });
  assert.equal(since(p, 'b'), undefined);
  await p.socket.subscribed('b', { offset: 20 });
  await p.socket.message('b', 21);
  assert.deepEqual(now.log, ['connect', 21]);
});

test('of several cursors the earliest counts, and what is none does not', async (t) => {
  const cursors = [{ ...CURSOR, text: '{' }, { ...CURSOR, text: 'null' }, { ...STATE, offset: 9 }, CURSOR, { ...CURSOR, offset: 8 }];
  const p = await page(t, { cursors });
  p.connect('a');
  await accepted(p);
  assert.deepEqual(since(p), POSITION);
});

test('all that connects while the page loads starts there, even if the channel is connected', async (t) => {
  const p = await page(t, { cursors: [CURSOR] });
  const first = p.connect('a');
  await accepted(p);
  await p.socket.subscribed('a', { offset: 7, recovered: true });
  await p.socket.message('a', 8);
  const second = p.connect('a', { onPresence: () => {} });
  await settled();
  assert.deepEqual(since(p), POSITION);
  const missed = { type: 'message', channel: 'a', offset: 8, data: 8 };
  await p.socket.subscribed('a', { offset: 8, recovered: true, members: [], count: 0 }, missed);
  assert.deepEqual([first.log, second.log], [['connect', 8], ['connect', 8]]);
});

test('what connects later shows something of its own, and begins now', async (t) => {
  const p = await page(t, { cursors: [CURSOR] });
  p.connect('a').disconnect();
  document.readyState = 'complete';
  const first = p.connect('a');
  await accepted(p);
  assert.deepEqual(since(p), POSITION, 'it was never connected');
  const missed = { type: 'message', channel: 'a', offset: 8, data: 8 };
  await p.socket.subscribed('a', { offset: 8, recovered: true }, missed);
  const second = p.connect('a');
  await settled();
  first.disconnect();
  second.disconnect();
  await settled();
  await p.socket.unsubscribed('a');
  const third = p.connect('a');
  await settled();
  assert.equal(since(p), undefined);
  await p.socket.subscribed('a', { offset: 8 });
  assert.deepEqual([first.log, second.log, third.log], [['connect', 8, 'disconnect'], ['connect', 'disconnect'], ['connect']]);
  assert.equal(open(p).value, 'initial');
});

test('a state shows what was rendered before there is a connection, and then what has come since', async (t) => {
  const p = await page(t, { cursors: [STATE] });
  const [state, absent] = [open(p), open(p, 'constructor')];
  assert.deepEqual([state.value, state.status, absent.value], ['rendered', 'syncing', 'initial']);
  state.update((value) => `${value}, updated`);
  assert.equal(state.status, 'syncing');
  await accepted(p);
  assert.deepEqual(since(p), POSITION);
  assert.equal(p.socket.last('set', 'a'), undefined);
  await p.socket.subscribed('a', { offset: 8, recovered: true });
  assert.equal(state.status, 'pending');
  await p.socket.push({ type: 'state', channel: 'a', offset: 8, key: 'k', value: 'changed' });
  const { value, expect } = p.socket.last('set', 'a');
  assert.deepEqual([value, expect], ['changed, updated', 8]);
  assert.deepEqual(state.log, ['rendered', 'rendered, updated', 'changed, updated']);
  assert.deepEqual(absent.log, ['initial']);
  assert.equal(p.socket.all('snapshot').length, 0);
});

test('a state that was rendered is synced when what was missed has come', async (t) => {
  const p = await page(t, { cursors: [STATE] });
  const [state, other] = [open(p), open(p, 'object')];
  const told = [];
  other.subscribe((_, status) => told.push(status), { status: true });
  await accepted(p);
  await p.socket.subscribed('a', { offset: 9, recovered: true });
  assert.equal(state.status, 'syncing');
  await p.socket.push({ type: 'state', channel: 'a', offset: 8, key: 'k', value: 'changed' });
  assert.equal(state.status, 'syncing');
  await p.socket.push({ type: 'message', channel: 'a', offset: 9, data: 9 });
  assert.equal(state.status, 'synced');
  assert.deepEqual(told, ['syncing', 'synced']);
});

test('a state that was rendered too long ago becomes what there is, at once', async (t) => {
  const p = await page(t, { cursors: [STATE] });
  const state = open(p);
  await accepted(p);
  await p.socket.subscribed('a', { epoch: 'f', offset: 2, recovered: false, state: { k: 'new' } });
  assert.deepEqual([state.log, state.status], [['rendered', 'new'], 'synced']);
});

test('a state of a channel that was rendered as long ago, but subscribed without it, is fetched', async (t) => {
  const p = await page(t, { cursors: [STATE] });
  p.connect('a');
  await accepted(p);
  const state = open(p);
  await p.socket.subscribed('a', { offset: 900, recovered: false });
  assert.deepEqual([state.value, state.status], ['rendered', 'syncing']);
  assert.equal(p.socket.all('snapshot').length, 1);
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 900, recovered: true });
  assert.deepEqual([state.value, state.status], ['rendered', 'syncing'], 'what was missed was missed before');
  const { id } = p.socket.last('snapshot', 'a');
  await p.socket.push({ type: 'snapshot', id, channel: 'a', epoch: 'e', offset: 900, state: {} });
  assert.deepEqual([state.log, state.status], [['rendered', 'initial'], 'synced']);
});

test('a state of another epoch than the channel that is there is fetched', async (t) => {
  const p = await page(t, { cursors: [{ ...STATE, epoch: 'old' }] });
  await p.connected('a', { offset: 7 }, { since: null });
  const state = open(p);
  assert.equal(state.value, 'rendered');
  await settled();
  assert.equal(p.socket.all('snapshot').length, 1);
  assert.equal(state.status, 'syncing');
});

test('a key that means another is looked up, and means itself until then', async (t) => {
  const p = await page(t, { cursors: [{ ...STATE, state: { 'user:c': 'mine', title: 'the title' } }] });
  const [own, title] = [open(p, 'user:{me}'), open(p, 'title')];
  assert.deepEqual([own.value, title.value], ['initial', 'the title']);
  await accepted(p);
  await p.socket.subscribed('a', { offset: 7, recovered: true, keys: { 'user:{me}': 'user:c', title: 'title' } });
  assert.deepEqual([own.value, title.value, own.status], ['mine', 'the title', 'synced']);
  assert.deepEqual(title.log, ['the title']);
});

test('a live page starts where it was rendered, and fetches itself for what has come since', async (t) => {
  const p = await page(t, { cursors: [{ ...CURSOR, channel: '/note/42' }] });
  const live = await p.live({ navigation: 'back_forward' });
  live.initRealtimeClient();
  await accepted(p);
  assert.deepEqual(since(p, '/note/42'), POSITION);
  await p.socket.subscribed('/note/42', { offset: 7, recovered: true });
  await p.elapse(1000);
  assert.equal(live.fetches.length, 0);
  await p.socket.push({ type: 'refresh', channel: '/note/42', offset: 8 });
  await p.elapse(1000);
  assert.equal(live.fetches.length, 1);
});

test('500 pages rendered in a stream of changes: each has every message once, and the true map', async (t) => {
  const random = seededRandom(3);
  const server = new Server({ random, delay: 30, history: 20 });
  const cursors = [];
  const p = await page(t, { server, cursors });
  Math.random.mock.mockImplementation(random);
  const keys = ['k', 'l', 'm'];
  const messages = [];
  const change = (n) => {
    if (random() < 0.5) messages.push(server.channel('a').publish({ type: 'message', data: n }));
    else server.set('a', { [keys[Math.floor(random() * 3)]]: random() < 0.2 ? undefined : n });
  };
  let [gaps, replayed] = [0, 0];
  for (let round = 0; round < 500; round++) {
    const { epoch, offset } = server.channel('a');
    cursors.splice(0, 9, { channel: 'a', epoch, offset, state: server.state('a') });
    for (let n = Math.floor(random() * 30); n > 0; n--) change(n);
    const client = await p.another();
    const log = [];
    let gap = 0;
    const parts = [
      () => client.connectRealtime({ channel: 'a', onMessage: (_, origin) => log.push(origin.offset), onGap: () => gap++ }),
      ...keys.map((key) => () => client.syncedState({ channel: 'a', key })),
    ];
    const first = Math.floor(random() * 4);
    const made = [...parts.slice(first), ...parts.slice(0, first)].map((make) => [make, make()]);
    for (let n = Math.floor(random() * 5); n > 0; n--) {
      await p.elapse(random() * 60);
      change(n);
    }
    await p.elapse(20_000);
    const [connection, ...states] = parts.map((make) => made.find(([by]) => by === make)[1]);
    assert.deepEqual(states.map(({ value, status }) => [value, status]), keys.map((key) => [server.state('a')[key], 'synced']));
    if (!gap) assert.deepEqual(log, messages.filter((message) => message > offset), `round ${round}`);
    gaps += gap;
    replayed += log.length;
    connection.disconnect();
    states.forEach((state) => state.dispose());
    await p.elapse(2000);
  }
  assert.ok(gaps > 50 && gaps < 350, `${gaps} gaps`);
  assert.ok(replayed > 500, `${replayed} messages`);
});
