import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

test('a connection is there at once, is not a promise, and is connected when the server has replied', async (t) => {
  const p = await page(t);
  const connection = p.connect('a');
  assert.equal(connection.channel, 'a');
  assert.equal(connection.status, 'connecting');
  assert.equal(await connection, connection);
  await settled();
  assert.equal(p.socket.protocol, 'realtime.v1');
  await p.socket.accept();
  assert.equal(connection.status, 'connecting');
  assert.deepEqual(connection.log, []);
  assert.equal(p.isRealtimeConnected('a'), false);

  await p.socket.subscribed('a');
  await connection.ready;
  assert.equal(connection.status, 'connected');
  assert.equal(p.isRealtimeConnected('a'), true);
  assert.deepEqual(connection.log, ['connect']);
});

test('messages come with what is known about them', async (t) => {
  const p = await page(t);
  const heard = [];
  await p.connected('a', { offset: 4 }, { onMessage: (...args) => heard.push(args) });
  await p.socket.push({ type: 'message', channel: 'a', offset: 5, data: { n: 1 }, from: 'me' });
  await p.socket.push({ type: 'message', channel: 'a', offset: 6, data: null });
  await p.socket.push({ type: 'direct', channel: 'a', data: 'for you' });
  assert.deepEqual(heard, [
    [{ n: 1 }, { channel: 'a', offset: 5, from: 'me' }],
    [null, { channel: 'a', offset: 6, from: undefined }],
    ['for you', { channel: 'a', offset: undefined, from: undefined }],
  ]);
});

test('handlers are called on the options object, and may all be missing', async (t) => {
  const p = await page(t);
  class Post {
    channel = 'a';
    votes = 0;
    onMessage(data) {
      this.votes += data;
    }
  }
  const post = new Post();
  p.connectRealtime(post);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.message('a', 1, 3);
  assert.equal(post.votes, 3);
  assert.deepEqual(p.reported, []);
});

test('one channel never hears another, whatever they are called', async (t) => {
  const p = await page(t);
  const names = ['score', 'high_score', 'score_', '__proto__', 'constructor', 'toString'];
  const connections = names.map((name) => p.connect(name));
  await settled();
  await p.socket.accept();
  for (const name of names) await p.socket.subscribed(name);
  for (const name of names) await p.socket.message(name, 1, `for ${name}`);
  await p.socket.message('hasOwnProperty', 1);
  for (const connection of connections) assert.deepEqual(connection.log, ['connect', `for ${connection.channel}`]);
  assert.deepEqual(p.reported, []);
});

test('two connections of a channel share its subscription, and each gets every message', async (t) => {
  const p = await page(t);
  const first = p.connect('a');
  const second = p.connect('a');
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.message('a', 1);
  await first.disconnect();
  assert.equal(p.isRealtimeConnected('a'), true);
  await p.socket.message('a', 2);
  assert.equal(p.socket.all('subscribe').length, 1);
  assert.deepEqual(first.log, ['connect', 1, 'disconnect']);
  assert.deepEqual(second.log, ['connect', 1, 2]);
  assert.equal(p.socket.all('unsubscribe').length, 0);
});

test('a connection made while the channel is subscribed is told so, but not inside the call', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 7 });
  const late = p.connect('a');
  assert.equal(late.status, 'connecting');
  assert.deepEqual(late.log, []);
  await late.ready;
  assert.equal(late.status, 'connected');
  await p.socket.message('a', 8);
  assert.deepEqual(late.log, ['connect', 8]);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('a connection made by a handler misses nothing of the frame that is being read', async (t) => {
  const p = await page(t);
  let late;
  const onMessage = () => (late ??= p.connect('a', { since: { epoch: 'e', offset: 1 } }));
  await p.connected('a', {}, { onMessage });
  await p.socket.push(...[1, 2, 3].map((offset) => ({ type: 'message', channel: 'a', offset, data: offset })));
  assert.deepEqual(late.log, ['connect', 2, 3]);
});

test('a connection made by onConnect asks for itself', async (t) => {
  const p = await page(t);
  let late;
  const onConnect = () => (late ??= p.connect('a', { since: { epoch: 'e', offset: 5 } }));
  await p.connected('a', { offset: 7 }, { onConnect });
  assert.deepEqual(p.socket.last('subscribe', 'a').since, { epoch: 'e', offset: 5 });
  assert.deepEqual(late.log, []);
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 7, recovered: true });
  for (const offset of [6, 7]) await p.socket.message('a', offset);
  assert.deepEqual(late.log, ['connect', 6, 7]);
});

test('a connection that knows less than the others makes the channel start over for itself', async (t) => {
  const p = await page(t);
  const first = await p.connected('a', { offset: 7 });
  const late = p.connect('a', { since: { epoch: 'e', offset: 5 } });
  await settled();
  assert.deepEqual(p.socket.commands.slice(1), [
    { type: 'unsubscribe', channel: 'a', id: 2 },
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 5 }, id: 3 },
  ]);
  await p.socket.message('a', 8, 'before the reply: it will be replayed');
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 8, recovered: true });
  for (const offset of [6, 7, 8, 9]) await p.socket.message('a', offset);
  assert.deepEqual(first.log, ['connect', 8, 9]);
  assert.deepEqual(late.log, ['connect', 6, 7, 8, 9]);

  const later = p.connect('a', { since: { epoch: 'e', offset: 8 } });
  await settled();
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 9, recovered: true });
  for (const offset of [9, 10]) await p.socket.message('a', offset);
  assert.deepEqual(first.log, ['connect', 8, 9, 10]);
  assert.deepEqual(later.log, ['connect', 9, 10]);
});

test('connections of one moment start from the earliest position, each from its own', async (t) => {
  const p = await page(t);
  const now = p.connect('a');
  const from7 = p.connect('a', { since: { epoch: 'e', offset: 7 } });
  const from6 = p.connect('a', { since: { epoch: 'e', offset: 6 } });
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 6 }, id: 1 },
  ]);
  await p.socket.subscribed('a', { offset: 8, recovered: true });
  for (const offset of [7, 8, 9]) await p.socket.message('a', offset);
  assert.deepEqual(now.log, ['connect', 9]);
  assert.deepEqual(from7.log, ['connect', 8, 9]);
  assert.deepEqual(from6.log, ['connect', 7, 8, 9]);
});

test('where the earliest position is too old, only who had it has a gap', async (t) => {
  const p = await page(t);
  const [old, fresh] = [2, 8].map((offset) => p.connect('a', { since: { epoch: 'e', offset } }));
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 8, recovered: false });
  await p.socket.message('a', 9);
  assert.deepEqual(old.log, ['connect', 'gap', 9]);
  assert.deepEqual(fresh.log, ['connect', 9]);
});

test('a late connection from another epoch has a gap, the others have none', async (t) => {
  const p = await page(t);
  const first = await p.connected('a', { offset: 7 });
  const late = p.connect('a', { since: { epoch: 'before', offset: 3 } });
  await settled();
  await p.socket.message('a', 8);
  assert.deepEqual(first.log, ['connect', 8]);
  assert.deepEqual(late.log, ['connect', 'gap', 8]);
});

test('the position of the application is not touched', async (t) => {
  const p = await page(t);
  const since = Object.freeze({ epoch: 'e', offset: 1 });
  const connection = await p.connected('a', { offset: 1, recovered: true }, { since });
  await p.socket.message('a', 2);
  assert.deepEqual(connection.log, ['connect', 2]);
});

test('50 channels use one socket and one frame', async (t) => {
  const p = await page(t);
  const channels = Array.from({ length: 50 }, (_, n) => `channel_${n}`);
  const connections = channels.map((channel) => p.connect(channel));
  await settled();
  await p.socket.accept();
  assert.equal(p.sockets.length, 1);
  assert.equal(p.socket.frames.length, 1);
  assert.deepEqual(p.socket.commands.map(({ channel }) => channel), channels);
  assert.equal(new Set(p.socket.commands.map(({ id }) => id)).size, 50);
  for (const channel of channels) await p.socket.subscribed(channel);
  for (const { log } of connections) assert.deepEqual(log, ['connect']);
});

test('50 more channels on an open socket use one frame', async (t) => {
  const p = await page(t);
  await p.connected('a');
  for (let n = 0; n < 50; n++) p.connect(`channel_${n}`);
  await settled();
  assert.equal(p.sockets.length, 1);
  assert.equal(p.socket.frames.length, 2);
});

test('subscriptions are divided among frames only where they do not fit', async (t) => {
  const p = await page(t);
  for (let n = 0; n < 100; n++) p.connect(`${n}`.padStart(200, '_'));
  await settled();
  await p.socket.accept({ frameSize: 1000 });
  assert.equal(p.socket.frames.length, 1);
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
  assert.equal(p.socket.all('subscribe').length, 100);
  for (const frame of p.socket.frames) assert.ok(frame.length <= 1000 && frame.length > 700, `${frame.length}`);
});

test('a frame is filled to the last byte, and no further', async (t) => {
  const p = await page(t);
  await p.connected('a');
  const line = JSON.stringify({ type: 'subscribe', channel: 'b', id: 2 });
  for (const [frameSize, frames] of [[2 * line.length + 1, 1], [2 * line.length, 2]]) {
    await p.socket.push({ type: 'welcome', resume: 'r', heartbeat: 25_000, frameSize });
    p.socket.frames.length = 0;
    p.connect(frames === 1 ? 'b' : 'd');
    p.connect(frames === 1 ? 'c' : 'e');
    await settled();
    assert.equal(p.socket.frames.length, frames);
  }
});

test('disconnect unsubscribes, is done when the server has replied, and is harmless twice', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  const done = connection.disconnect();
  assert.equal(connection.disconnect(), done);
  assert.equal(connection.status, 'disconnecting');
  assert.equal(p.isRealtimeConnected('a'), false);
  await settled();
  await p.socket.message('a', 1, 'too late');
  assert.equal(connection.status, 'disconnecting');
  await p.socket.unsubscribed('a');
  await done;
  await connection.disconnect();
  assert.equal(connection.status, 'disconnected');
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
  assert.equal(p.socket.all('unsubscribe').length, 1);
});

test('disconnect is done as well when the connection is lost meanwhile, and nothing reconnects', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  const done = connection.disconnect();
  await settled();
  await p.socket.drop();
  await done;
  assert.equal(connection.status, 'disconnected');
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
  await p.elapse(60_000);
  assert.equal(p.sockets.length, 1);
  assert.equal(p.timers, 0);
});

test('disconnect without a connection is done at once, and tells of no end of what never began', async (t) => {
  const p = await page(t);
  const connection = p.connect('a');
  const done = connection.disconnect();
  await done;
  assert.equal(connection.status, 'disconnected');
  await assert.rejects(connection.ready, { name: 'RealtimeError', code: 'disconnected' });
  assert.deepEqual(connection.log, []);
  await p.elapse(60_000);
  assert.equal(p.timers, 0);
});

test('what is connected and left while the client waits holds up nothing later', async (t) => {
  const p = await page(t, { random: 0.9 });
  const connection = await p.connected('a');
  await p.socket.drop();
  connection.disconnect();
  p.connect('b').disconnect();
  p.connect('c');
  await p.elapse(500);
  assert.equal(p.sockets.length, 2);

  await p.disconnectRealtime('c');
  await p.socket.drop();
  await p.elapse(60_000);
  p.connect('d');
  await settled();
  assert.equal(p.sockets.length, 3);
});

test('a connect right after a disconnect subscribes anew, and hears nothing of the time before', async (t) => {
  const p = await page(t);
  const first = await p.connected('a', { offset: 4 });
  first.disconnect();
  const second = p.connect('a');
  await settled();
  assert.deepEqual(p.socket.commands.slice(1), [
    { type: 'unsubscribe', channel: 'a', id: 2 },
    { type: 'subscribe', channel: 'a', id: 3 },
  ]);
  await p.socket.message('a', 5);
  await p.socket.unsubscribed('a');
  await p.socket.subscribed('a', { offset: 5 });
  await p.socket.message('a', 6);
  assert.deepEqual(first.log, ['connect', 'disconnect']);
  assert.deepEqual(second.log, ['connect', 6]);
  assert.equal(p.sockets.length, 1);
});

test('a reply to a connection that has left is not taken for that of the next', async (t) => {
  const p = await page(t);
  const first = p.connect('a');
  await settled();
  await p.socket.accept();
  first.disconnect();
  const second = p.connect('a');
  await settled();
  const [one, , two] = p.socket.commands;
  await p.socket.push({ type: 'subscribed', id: one.id, channel: 'a', epoch: 'e', offset: 1 });
  assert.equal(second.status, 'connecting');
  await p.socket.unsubscribed('a');
  await p.socket.push({ type: 'subscribed', id: two.id, channel: 'a', epoch: 'e', offset: 3 });
  await p.socket.message('a', 4);
  assert.deepEqual(first.log, []);
  assert.deepEqual(second.log, ['connect', 4]);
});

test('disconnectRealtime ends all connections of its channel and no others', async (t) => {
  const p = await page(t);
  const [one, two, other] = [p.connect('a'), p.connect('a'), p.connect('ab')];
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.subscribed('ab');
  const done = p.disconnectRealtime('a');
  await settled();
  await p.socket.unsubscribed('a');
  await done;
  assert.deepEqual([one.status, two.status, other.status], ['disconnected', 'disconnected', 'connected']);
  assert.equal(p.isRealtimeConnected('a'), false);
  assert.equal(p.isRealtimeConnected('ab'), true);
  await p.elapse(10_000);
  assert.equal(other.status, 'connected');
  assert.equal(p.socket.given, undefined);
  await p.disconnectRealtime('nobody');
  assert.equal(p.isRealtimeConnected('nobody'), false);
});

test('the socket is closed a moment after the last channel is left, and not if another comes', async (t) => {
  const p = await page(t);
  const first = await p.connected('a');
  first.disconnect();
  await p.elapse(500);
  const second = p.connect('b');
  await p.elapse(5000);
  await p.socket.subscribed('b');
  assert.equal(p.socket.given, undefined);
  second.disconnect();
  await p.elapse(5000);
  assert.equal(p.socket.given, true);
  assert.equal(p.timers, 0);

  p.connect('c');
  await settled();
  assert.equal(p.sockets.length, 2);
});
