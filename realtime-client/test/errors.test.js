import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

import { page, settled } from './page.js';

const names = JSON.parse(await readFile(new URL('channel-names.json', import.meta.url), 'utf8'));

test('a name that is not one throws at the call, with the words of the server', async (t) => {
  const p = await page(t);
  for (const { name, error } of names) {
    const connect = () => p.connectRealtime({ channel: name });
    if (error === null) connect().disconnect();
    else assert.throws(connect, { name: 'RealtimeError', code: 'invalid-channel', message: error });
  }
  assert.throws(() => p.connectRealtime({}), { message: 'Invalid channel name: it is not a string' });
});

test('a refused channel ends with the reason, and leaves the others', async (t) => {
  const p = await page(t);
  const [refused, also, other] = [p.connect('a'), p.connect('a'), p.connect('b')];
  let error;
  const told = p.connect('a', { onError: (e) => (error = e) });
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'forbidden', 'Not for you');
  await p.socket.subscribed('b');
  await p.socket.message('b', 1);
  for (const connection of [refused, also]) {
    await assert.rejects(connection.ready, { name: 'RealtimeError', code: 'forbidden', message: 'Not for you' });
    assert.equal(connection.status, 'disconnected');
    assert.deepEqual(connection.log, ['error forbidden']);
    connection.disconnect();
    assert.equal(connection.status, 'disconnected');
  }
  assert.ok(error instanceof p.RealtimeError);
  assert.equal(error.message, 'Not for you');
  await told.disconnect();
  assert.deepEqual(other.log, ['connect', 1]);
  await p.elapse(60_000);
  assert.equal(p.sockets[0].all('subscribe').length, 2);
});

test('a refusal nobody waits for is no unhandled rejection', async (t) => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const p = await page(t);
  p.connectRealtime({ channel: 'a' });
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'limit-exceeded');
  await settled();
  assert.deepEqual(unhandled, []);
  assert.deepEqual(p.reported, []);
});

test('a channel refused for the moment is tried again, ever more slowly', async (t) => {
  const p = await page(t);
  const connection = p.connect('a');
  await settled();
  await p.socket.accept({ heartbeat: 3_600_000 });
  let wait = 250;
  for (const code of ['rate-limited', 'unavailable', 'timeout', 'internal', 'unavailable', 'internal', 'timeout']) {
    const before = p.socket.all('subscribe').length;
    await p.socket.refuse(p.socket.last('subscribe', 'a'), code);
    await p.elapse(wait - 1);
    assert.equal(p.socket.all('subscribe').length, before);
    await p.elapse(1);
    assert.equal(p.socket.all('subscribe').length, before + 1);
    wait = Math.min(wait * 2, 10_000);
  }
  await p.socket.subscribed('a');
  assert.deepEqual(connection.log, ['connect']);
  assert.equal(p.sockets.length, 1);

  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(1000);
  const before = p.socket.all('subscribe').length;
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'timeout');
  await p.elapse(250);
  assert.equal(p.socket.all('subscribe').length, before + 1);
  assert.equal(p.socket.all('unsubscribe').length, 0);
});

test('a channel that the server had no time to unsubscribe is unsubscribed later', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a', { offset: 1 });
  await p.socket.message('a', 3);
  await p.socket.refuse(p.socket.last('unsubscribe', 'a'), 'rate-limited');
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'already-subscribed');
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
  await p.elapse(250);
  assert.deepEqual(p.socket.commands.map(({ type }) => type), [
    'subscribe', 'unsubscribe', 'subscribe', 'unsubscribe', 'subscribe',
  ]);
  await p.socket.subscribed('a', { offset: 3, recovered: true });
  await p.socket.message('a', 2);
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect', 2]);
});

test('a channel that is left while it waits to be tried again has nothing to unsubscribe', async (t) => {
  const p = await page(t);
  const connection = p.connect('a');
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'unavailable');
  await connection.disconnect();
  await p.elapse(500);
  assert.deepEqual(p.socket.commands.map(({ type }) => type), ['subscribe']);
});

test('a reply counts once', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.socket.message('a', 1);
  await p.socket.subscribed('a');
  await p.socket.message('a', 2);
  assert.deepEqual(connection.log, ['connect', 1, 2]);
  assert.equal(p.socket.all('subscribe').length, 1);
});

test('where a resync is refused for the moment, the application is told', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'resync' });
  await p.elapse(1000);
  await p.socket.refuse(p.socket.last('subscribe', 'a'), 'unavailable');
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
  await p.elapse(1000);
  await p.socket.subscribed('a', { recovered: true });
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect']);
});

test('access that is withdrawn ends the connections of the channel, and those only', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  const other = p.connect('b');
  await settled();
  await p.socket.subscribed('b');
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'forbidden' });
  assert.equal(connection.status, 'disconnected');
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'error forbidden']);
  assert.deepEqual(other.log, ['connect']);
  assert.equal(p.socket.all('unsubscribe').length, 0);
  const again = p.connect('a');
  await settled();
  await p.socket.subscribed('a');
  assert.deepEqual(again.log, ['connect']);
});

for (const [code, name] of [
  [4400, 'bad-request'],
  [4401, 'unauthenticated'],
  [4403, 'forbidden'],
  [4409, 'taken-over'],
]) {
  test(`close ${code} is the end`, async (t) => {
    const p = await page(t);
    const connection = await p.connected('a');
    const pending = p.connect('b');
    await settled();
    await p.socket.drop(code, 'Enough');
    await p.elapse(3_600_000);
    assert.equal(p.sockets.length, 1);
    assert.equal(p.timers, 0);
    assert.equal(connection.status, 'disconnected');
    assert.deepEqual(connection.log, ['connect', 'disconnect', `error ${name}`]);
    await assert.rejects(pending.ready, { code: name, message: 'Enough' });

    const again = p.connect('a');
    await settled();
    assert.equal(p.sockets.length, 2);
    await p.socket.accept();
    assert.deepEqual(p.socket.all('resume').length, code === 4409 ? 0 : 1);
    await p.socket.subscribed('a');
    assert.deepEqual(again.log, ['connect']);
  });
}

test('what a handler connects when all has ended is not ended with it', async (t) => {
  const p = await page(t);
  let next;
  await p.connected('a', {}, { onError: () => (next ??= p.connect('b')) });
  await p.socket.drop(4403);
  assert.equal(next.status, 'connecting');
  await p.socket.accept();
  await p.socket.subscribed('b');
  assert.deepEqual(next.log, ['connect']);
});

for (const code of [1000, 1001, 1006, 1009, 1011, 1012, 4408, 4429, 4503]) {
  test(`close ${code} is not the end`, async (t) => {
    const p = await page(t);
    const connection = await p.connected('a');
    await p.socket.drop(code);
    await p.elapse(500);
    assert.equal(p.sockets.length, 2);
    assert.deepEqual(connection.log, ['connect', 'disconnect']);
  });
}

test('the reconnect delay is random, grows to 20 s, and starts over after 10 s of connection', async (t) => {
  const p = await page(t);
  p.connect('a');
  await settled();
  const expect = async (most) => {
    for (const share of [0.25, 0.75]) {
      p.dice(share);
      const { length } = p.sockets;
      await p.socket.drop();
      if (share === 0.75) most = Math.min(most * 2, 20_000);
      await p.elapse(share * most - 1);
      assert.equal(p.sockets.length, length, `${most}`);
      await p.elapse(1);
      assert.equal(p.sockets.length, length + 1, `${most}`);
    }
  };
  await expect(500);
  await expect(2000);
  await p.socket.accept();
  await p.elapse(9_999);
  await expect(8000);
  await expect(20_000);
  await expect(20_000);
  await p.socket.accept();
  await p.elapse(10_000);
  await expect(500);
});

test('a server that closes at once is not hammered', async (t) => {
  const p = await page(t, { random: 0.5 });
  const connection = p.connect('a', { onDisconnect: () => p.connect('b').disconnect() });
  await settled();
  for (let second = 0; second < 300; second++) {
    if (p.socket.readyState === 0) {
      await p.socket.accept();
      await p.socket.subscribed('a');
      await p.socket.drop(4503);
    }
    await p.elapse(1000);
  }
  assert.ok(p.sockets.length > 20 && p.sockets.length < 45, `${p.sockets.length}`);
  assert.equal(connection.status, 'connecting');
});

test('a line that is not JSON is reported, and the rest of the frame is read', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  p.socket.onmessage({ data: 'nonsense\nnull\n{"type":"message","channel":"a","offset":1,"data":"sense"}' });
  assert.deepEqual(connection.log, ['connect', 'sense']);
  assert.equal(p.reported.length, 2);
  assert.equal(p.reported[0].name, 'SyntaxError');
});

test('an error that belongs to no command is reported', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.socket.push({ type: 'error', code: 'bad-request', message: 'What was that?' });
  assert.equal(p.reported[0].code, 'bad-request');
});

test('unknown frames are ignored, whatever they are called', async (t) => {
  const p = await page(t);
  const connection = await p.connected('a');
  await p.socket.push({ type: 'hangUp' }, { type: 'constructor' }, {}, { type: 'subscribed', id: 99, channel: 'b' });
  await p.socket.message('a', 1);
  assert.deepEqual(connection.log, ['connect', 1]);
  assert.deepEqual(p.reported, []);
});

test('a command larger than the server takes is not sent', async (t) => {
  const p = await page(t);
  p.configureRealtime({ getToken: () => 'é'.repeat(32_768) });
  const connection = p.connect('a');
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.commands.map(({ type }) => type), ['subscribe']);
  assert.deepEqual(connection.log, ['error too-large']);
  await p.socket.subscribed('a');
  assert.deepEqual(connection.log, ['error too-large', 'connect']);
});
