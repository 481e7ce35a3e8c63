import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

const HEARTBEAT = 25_000;

/** The next socket, on which the server takes the connection. */
async function back(p, welcome) {
  await p.elapse(0);
  await p.socket.accept(welcome);
  return p.socket;
}

test('a lost connection comes back, and goes on from the last message', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 16 });
  await p.socket.message('a', 17);
  await p.socket.drop();
  assert.equal(connection.status, 'connecting');
  assert.equal(p.isRealtimeConnected('a'), false);
  await p.elapse(500);
  const socket = await back(p);
  assert.equal(p.sockets.length, 2);
  assert.deepEqual(socket.commands, [
    { type: 'resume', token: 'r', id: 1 },
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 17 }, id: 2 },
  ]);
  assert.equal(socket.frames.length, 1);
  await socket.subscribed('a', { offset: 19, recovered: true });
  await socket.message('a', 18);
  await socket.message('a', 19);
  await socket.message('a', 20);
  assert.deepEqual(connection.log, ['connect', 17, 'disconnect', 'connect', 18, 19, 20]);
});

test('what is replayed may share a frame with the reply', async (t) => {
  const p = await page(t);
  const since = { epoch: 'e', offset: 1 };
  const connection = p.connect('a', { since });
  await settled();
  await p.socket.accept();
  const replay = [2, 3].map((offset) => ({ type: 'message', channel: 'a', offset, data: offset }));
  await p.socket.subscribed('a', { offset: 3, recovered: true }, ...replay);
  assert.deepEqual(connection.log, ['connect', 2, 3]);
});

test('a reply that recovers does not move the position: what it announced is asked for again', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 17 });
  await p.socket.drop();
  await p.elapse(500);
  await (await back(p)).subscribed('a', { offset: 20, recovered: true });
  await p.socket.message('a', 18);
  await p.socket.drop();
  await p.elapse(5000);
  await back(p);
  assert.deepEqual(p.socket.last('subscribe', 'a').since, { epoch: 'e', offset: 18 });
});

test('what is lost for good is told once, and the position is that of the reply', async (t) => {
  const p = await page(t);
  const [one, two] = [p.connect('a'), p.connect('a')];
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 3 });
  await p.socket.drop();
  await p.elapse(500);
  await (await back(p)).subscribed('a', { offset: 500, recovered: false });
  await p.socket.message('a', 501);
  for (const { log } of [one, two]) assert.deepEqual(log, ['connect', 'disconnect', 'connect', 'gap', 501]);
  await p.socket.drop();
  await p.elapse(1000);
  await (await back(p)).subscribed('a', { offset: 501, recovered: true });
  assert.deepEqual(one.log.slice(-2), ['disconnect', 'connect']);
});

test('another epoch is a gap, even at the same offset', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 3 });
  await p.socket.drop();
  await p.elapse(500);
  await (await back(p)).subscribed('a', { epoch: 'f', offset: 3, recovered: false });
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect', 'gap']);
  await p.socket.drop();
  await p.elapse(1000);
  await back(p);
  assert.deepEqual(p.socket.last('subscribe', 'a').since, { epoch: 'f', offset: 3 });
});

test('a page goes on from the position it was rendered at, and is told where that is too old', async (t) => {
  const p = await page(t);
  const since = { epoch: 'e', offset: 3 };
  const [fresh, old] = [p.connect('a', { since }), p.connect('b', { since })];
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.all('subscribe').map((command) => command.since), [since, since]);
  await p.socket.subscribed('a', { offset: 4, recovered: true }, { type: 'message', channel: 'a', offset: 4, data: 4 });
  await p.socket.subscribed('b', { offset: 400, recovered: false });
  assert.deepEqual(fresh.log, ['connect', 4]);
  assert.deepEqual(old.log, ['connect', 'gap']);
});

test('the first subscription without a position is no gap', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 99 });
  assert.deepEqual(connection.log, ['connect']);
});

test('what comes twice is dropped', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 1 });
  for (const offset of [1, 2, 2, 1, 3]) await p.socket.message('a', offset);
  assert.deepEqual(connection.log, ['connect', 2, 3]);
});

test('where one is missing the channel is subscribed again from the last, without a word', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 1 });
  await p.socket.push(...[2, 4, 5].map((offset) => ({ type: 'message', channel: 'a', offset, data: offset })));
  assert.deepEqual(p.socket.commands.slice(1), [
    { type: 'unsubscribe', channel: 'a', id: 2 },
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 2 }, id: 3 },
  ]);
  assert.equal(connection.status, 'connected');
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 5, recovered: true });
  for (const offset of [3, 4, 5, 6]) await p.socket.message('a', offset);
  assert.deepEqual(connection.log, ['connect', 2, 3, 4, 5, 6]);
});

test('where what is missing is lost for good, that is all the application is told', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 1 });
  await p.socket.message('a', 3);
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 3, recovered: false });
  await p.socket.message('a', 4);
  assert.deepEqual(connection.log, ['connect', 'gap', 4]);
});

test('publications of every kind count', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.socket.push(
    { type: 'state', channel: 'a', offset: 1, key: 'k', value: 1 },
    { type: 'refresh', channel: 'a', offset: 2 },
    { type: 'html', channel: 'a', offset: 3, target: '#a', html: '' },
    { type: 'of a later version', channel: 'a', offset: 4 },
    { type: 'message', channel: 'a', offset: 5, data: 5 },
    { type: 'position', channel: 'a', offset: 9 },
    { type: 'message', channel: 'a', offset: 10, data: 10 },
    { type: 'join', channel: 'a', member: {} },
    { type: 'message', channel: 'a', offset: 11, data: 11 },
  );
  assert.deepEqual(connection.log, ['connect', 5, 10, 11]);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('resync is silent: subscribed again within 2 s, from the last position', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 5 });
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(900);
  assert.equal(p.socket.all('subscribe').length, 1);
  await p.elapse(200);
  assert.deepEqual(p.socket.commands.slice(1), [
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 5 }, id: 2 },
  ]);
  await p.socket.subscribed('a', { offset: 6, recovered: true }, { type: 'message', channel: 'a', offset: 6, data: 6 });
  assert.deepEqual(connection.log, ['connect', 6]);
  assert.equal(connection.status, 'connected');
});

test('a connection lost while a resync waits subscribes only once', async (t) => {
  const p = await page(t, { random: 0.9 });
  await p.connected('a', { offset: 5 });
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.socket.drop();
  await p.elapse(500);
  await (await back(p)).subscribed('a', { offset: 5, recovered: true });
  await p.elapse(5000);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('a resync that crosses the own subscribe is not answered twice', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 1 });
  await p.socket.message('a', 3);
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(3000);
  assert.equal(p.socket.all('subscribe').length, 2);
});

test('goodbye is silent where the next connection is made as announced', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 5 });
  await p.socket.push({ type: 'goodbye', reconnectAfter: 1234 });
  await p.socket.message('a', 6);
  await p.socket.drop(1012);
  await p.elapse(1233);
  assert.equal(p.sockets.length, 1);
  await p.elapse(1);
  const socket = await back(p);
  assert.deepEqual(socket.last('subscribe', 'a').since, { epoch: 'e', offset: 6 });
  await socket.subscribed('a', { offset: 7, recovered: true }, { type: 'message', channel: 'a', offset: 7, data: 7 });
  assert.deepEqual(connection.log, ['connect', 6, 7]);
  assert.equal(connection.status, 'connected');
});

test('after a goodbye whose next connection fails, the application is told', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.socket.push({ type: 'goodbye', reconnectAfter: 1000 });
  await p.socket.drop(1012);
  await p.elapse(1000);
  assert.deepEqual(connection.log, ['connect']);
  await p.socket.drop();
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
  await p.elapse(250);
  await (await back(p)).subscribed('a', { recovered: true });
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect']);
});

test('a ping is answered', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.socket.push({ type: 'ping' });
  assert.deepEqual(p.socket.commands.at(-1), { type: 'pong' });
});

test('silence for longer than the heartbeat and 10 s is a lost connection, replaced at once', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', {});
  const silent = p.socket;
  await p.elapse(34_000);
  await silent.push({ type: 'ping' });
  await p.elapse(34_900);
  assert.equal(p.sockets.length, 1);
  await p.elapse(100);
  assert.equal(p.sockets.length, 2);
  assert.equal(silent.given, true);
  assert.deepEqual(connection.log, ['connect', 'disconnect']);

  await (await back(p)).subscribed('a', { recovered: true });
  await silent.message('a', 1, 'from the past');
  await silent.drop(4409);
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect']);
  assert.equal(p.sockets.length, 2);
});

test('the heartbeat is the one of the welcome', async (t) => {
  const p = await page(t);
  p.connect('a');
  await settled();
  await p.socket.accept({ heartbeat: 1000 });
  await p.socket.subscribed('a');
  await p.elapse(10_999);
  assert.equal(p.sockets.length, 1);
  await p.elapse(1);
  assert.equal(p.sockets.length, 2);
});

test('an attempt that leads nowhere is given up', async (t) => {
  const p = await page(t);
  p.connect('a');
  await p.elapse(HEARTBEAT + 10_000);
  assert.equal(p.sockets.length, 2);
  assert.equal(p.sockets[0].given, true);
});

test('offline: unless something is heard within 2 s, the connection is lost', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.elapse(1000);
  await p.fire('offline');
  await p.elapse(1000);
  await p.socket.push({ type: 'ping' });
  await p.elapse(20_000);
  assert.deepEqual(connection.log, ['connect']);
  await p.fire('offline');
  await p.elapse(2000);
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
});

test('online: a waiting client tries at once', async (t) => {
  const p = await page(t, { random: 0.99 });
  p.connect('a');
  await settled();
  for (let n = 0; n < 8; n++) {
    await p.socket.drop();
    await p.elapse(20_000);
  }
  await p.socket.drop();
  const { length } = p.sockets;
  await p.elapse(1000);
  assert.equal(p.sockets.length, length);
  await p.fire('online');
  await p.elapse(0);
  assert.equal(p.sockets.length, length + 1);
});

test('online: a connection that works stays', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.elapse(5000);
  await p.fire('online');
  await p.elapse(5000);
  assert.equal(p.sockets.length, 1);
});

test('online: an attempt that hangs is replaced, one just begun is not', async (t) => {
  const p = await page(t);
  p.connect('a');
  await p.elapse(1000);
  await p.fire('online');
  await p.elapse(0);
  assert.equal(p.sockets.length, 1);
  await p.elapse(2000);
  await p.fire('online');
  await p.elapse(0);
  assert.equal(p.sockets.length, 2);
});

test('a page that is seen again replaces a connection that the clock says is dead', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  p.sleep(HEARTBEAT + 2000); // the ping that is due may be on its way
  await p.fire('visibilitychange');
  assert.equal(p.sockets.length, 1);
  p.sleep(1);
  document.hidden = true;
  await p.fire('visibilitychange');
  assert.equal(connection.status, 'connected');
  document.hidden = false;
  await p.fire('visibilitychange');
  await p.elapse(0);
  assert.equal(p.sockets.length, 2);
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
});

test('a timer that comes late, with the clock far ahead, finds the silence', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.elapse(20_000);
  await p.socket.push({ type: 'ping' });
  p.sleep(3_600_000);
  await p.elapse(0);
  await p.elapse(0);
  assert.equal(p.sockets.length, 2);
});

test('events of a page without channels do nothing', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  connection.disconnect();
  await p.elapse(5000);
  for (const type of ['online', 'offline', 'visibilitychange', 'pageshow']) await p.fire(type);
  await p.elapse(60_000);
  assert.equal(p.sockets.length, 1);
});
