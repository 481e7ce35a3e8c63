import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

for (const [home, address] of [
  ['https://example.org/realtime/client.js', 'wss://example.org/realtime'],
  ['http://localhost:8080/app/live/client.js?v=1#x', 'ws://localhost:8080/app/live'],
  ['https://example.org/client.js', 'wss://example.org/'],
]) {
  test(`client.js of ${home} belongs to ${address}`, async (t) => {
    const p = await page(t, { home, location: 'https://other.example/page' });
    p.connect('a');
    await settled();
    assert.equal(p.socket.url, address);
  });
}

for (const home of ['https://cdn.example/assets/index-4f2a.js', 'file:///src/node_modules/client.js']) {
  test(`in a bundle, ${home}, the page's own /realtime is meant`, async (t) => {
    const p = await page(t, { home, location: 'https://example.org/notes/42' });
    p.connect('a');
    await settled();
    assert.equal(p.socket.url, 'wss://example.org/realtime');
  });
}

for (const [url, address] of [
  ['/live', 'wss://example.org/live'],
  ['https://other.example/realtime', 'wss://other.example/realtime'],
  ['ws://localhost:9000/realtime', 'ws://localhost:9000/realtime'],
  [new URL('http://localhost/realtime'), 'ws://localhost/realtime'],
]) {
  test(`configured as ${url}, the address is ${address}`, async (t) => {
    const p = await page(t, { url, location: 'https://example.org/notes/42' });
    p.connect('a');
    await settled();
    assert.equal(p.socket.url, address);
  });
}

test('where nothing says what the address is, connectRealtime does', async (t) => {
  const p = await page(t, { home: 'file:///src/client.js' });
  assert.throws(() => p.connect('a'), { name: 'RealtimeError', code: 'not-configured', message: /configureRealtime/ });
  p.configureRealtime({ url: 'ws://localhost/realtime' });
  p.connect('a');
  await settled();
  assert.equal(p.socket.url, 'ws://localhost/realtime');
});

test('it works where there is no page', async (t) => {
  const p = await page(t, { home: 'file:///src/client.js', url: 'ws://localhost/realtime' });
  delete globalThis.document;
  delete globalThis.addEventListener;
  delete globalThis.reportError;
  const complain = t.mock.method(console, 'error', () => {});
  const wrong = new Error('wrong');
  const connection = await p.connected('a', {}, {
    onMessage: () => {
      throw wrong;
    },
  });
  await p.socket.message('a', 1);
  assert.deepEqual(complain.mock.calls[0].arguments, [wrong]);
  connection.disconnect();
  await p.elapse(5000);
  assert.equal(p.timers, 0);
});

test('a token goes first, in a frame and never in the address, and a fresh one at every connect', async (t) => {
  const p = await page(t);
  let tokens = 0;
  p.configureRealtime({ getToken: async () => `token ${++tokens}` });
  await p.connected('a');
  assert.equal(p.socket.url, 'wss://example.org/realtime');
  assert.equal(p.socket.frames.length, 1);
  assert.deepEqual(p.socket.commands[0], { type: 'authenticate', token: 'token 1', id: 1 });
  await p.socket.drop();
  await p.elapse(500);
  await p.socket.accept();
  assert.deepEqual(p.socket.commands.slice(0, 2), [
    { type: 'resume', token: 'r', id: 1 },
    { type: 'authenticate', token: 'token 2', id: 2 },
  ]);
});

test('a token that expires is replaced on the same socket', async (t) => {
  const p = await page(t);
  let tokens = 0;
  p.configureRealtime({ getToken: () => `token ${++tokens}` });
  const connection = await p.connected('a');
  await p.socket.push({ type: 'expiring', expiresIn: 60_000 });
  assert.deepEqual(p.socket.commands.at(-1), { type: 'authenticate', token: 'token 2', id: 3 });
  await p.socket.push({ type: 'authenticated', id: 3, user: 'u', expiresIn: 3_600_000 });
  assert.deepEqual(connection.log, ['connect']);
  assert.equal(p.sockets.length, 1);
});

test('a refused token is told to every connection', async (t) => {
  const p = await page(t);
  p.configureRealtime({ getToken: () => 'bad' });
  const [one, other] = [p.connect('a'), p.connect('b')];
  await settled();
  await p.socket.accept();
  await p.socket.refuse(p.socket.all('authenticate')[0], 'unauthenticated');
  assert.deepEqual([one.log, other.log], [['error unauthenticated'], ['error unauthenticated']]);
});

test('a token that the server can not check now is tried again on another socket', async (t) => {
  for (const code of ['unavailable', 'timeout', 'rate-limited', 'internal']) {
    const p = await page(t);
    let tokens = 0;
    p.configureRealtime({ getToken: () => `token ${++tokens}` });
    const connection = p.connect('a');
    await settled();
    await p.socket.accept();
    await p.socket.refuse(p.socket.all('authenticate')[0], code);
    assert.equal(p.socket.given, true);
    await p.elapse(500);
    await p.socket.accept();
    assert.equal(p.socket.all('authenticate')[0].token, 'token 2');
    await p.socket.push({ type: 'authenticated', id: 2, user: 'u' });
    await p.socket.subscribed('a');
    assert.deepEqual(connection.log, ['connect']);
    assert.equal(p.sockets.length, 2);
  }
});

test('close 4401 ends only where there is no new token', async (t) => {
  const p = await page(t);
  let token = 'first';
  p.configureRealtime({ getToken: () => token });
  const connection = await p.connected('a');
  token = 'second';
  await p.socket.drop(4401);
  await p.elapse(500);
  assert.equal(p.sockets.length, 2);
  await p.socket.accept();
  const [{ token: shown, id }] = p.socket.all('authenticate');
  assert.equal(shown, 'second');
  await p.socket.push({ type: 'error', id, code: 'unauthenticated', message: 'Not accepted' });
  await p.socket.drop(4401);
  await p.elapse(60_000);
  assert.equal(p.sockets.length, 2);
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'error unauthenticated', 'error unauthenticated']);
});

test('a token that was not answered before close 4401 is shown again', async (t) => {
  const p = await page(t);
  let token = 'first';
  p.configureRealtime({ getToken: () => token });
  const connection = await p.connected('a');
  token = 'second';
  await p.socket.push({ type: 'expiring', expiresIn: 1000 });
  assert.equal(p.socket.all('authenticate')[1].token, 'second');
  await p.socket.drop(4401);
  await p.elapse(500);
  assert.equal(p.sockets.length, 2);
  await p.socket.accept();
  assert.equal(p.socket.all('authenticate')[0].token, 'second');
  assert.deepEqual(connection.log, ['connect', 'disconnect']);
});

test('the same token does for the next connection where it was not the reason', async (t) => {
  const p = await page(t);
  p.configureRealtime({ getToken: () => 'same' });
  await p.connected('a');
  await p.socket.drop(1006);
  await p.elapse(500);
  assert.equal(p.sockets.length, 2);
});

test('a getToken that fails is reported, and tried again', async (t) => {
  const p = await page(t);
  const wrong = new Error('no network');
  let working = false;
  p.configureRealtime({
    getToken: async () => {
      if (!working) throw wrong;
      return 'token';
    },
  });
  const connection = p.connect('a');
  await settled();
  assert.equal(p.sockets.length, 0);
  assert.deepEqual(p.reported, [wrong]);
  working = true;
  await p.elapse(500);
  assert.equal(p.sockets.length, 1);
  assert.equal(connection.status, 'connecting');
  working = false;
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.push({ type: 'expiring', expiresIn: 60_000 });
  assert.deepEqual(p.reported, [wrong, wrong]);
  assert.equal(connection.status, 'connected');
});

test('a getToken that never answers is given up', async (t) => {
  const p = await page(t);
  let asked = 0;
  p.configureRealtime({ getToken: () => new Promise((resolve) => asked++ && resolve('token')) });
  p.connect('a');
  await p.elapse(35_000);
  assert.equal(asked, 2);
  assert.equal(p.sockets.length, 1);
});

test('a token that comes during another attempt opens no socket, and its failure closes none', async (t) => {
  const p = await page(t);
  const asked = [];
  p.configureRealtime({ getToken: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) });
  p.connect('a');
  await p.elapse(35_000 * 2);
  assert.equal(asked.length, 3);
  asked[2].resolve('third');
  await settled();
  asked[0].resolve('first');
  asked[1].reject(new Error('second'));
  await settled();
  assert.equal(p.sockets.length, 1);
  await p.elapse(5000);
  assert.equal(p.sockets.length, 1);
  await p.socket.accept();
  assert.equal(p.socket.all('authenticate')[0].token, 'third');
});

test('a new token that could not be tried is not taken for one that was refused', async (t) => {
  const p = await page(t);
  let token = 'first';
  p.configureRealtime({ getToken: () => token });
  const connection = await p.connected('a');
  token = 'second';
  await p.socket.drop(4401);
  await p.elapse(500);
  await p.elapse(35_000);
  assert.equal(p.sockets.length, 3);
  assert.equal(connection.status, 'connecting');
});

test('a tab stays who it is: the next page resumes, and keeps the token', async (t) => {
  const storage = new Map();
  const first = await page(t, { storage });
  await first.connected('a');
  assert.equal(storage.size, 0);
  await first.fire('pagehide');
  assert.equal(storage.size, 1);
  assert.equal(first.socket.given, true);

  const second = await page(t, { storage });
  second.connect('a');
  await settled();
  assert.equal(storage.size, 0);
  await second.socket.accept({ resume: 'another' });
  assert.deepEqual(second.socket.commands[0], { type: 'resume', token: 'r', id: 1 });
  await second.socket.push({ type: 'resumed', id: 1, clientId: 'c' });
  await second.socket.drop();
  await second.elapse(500);
  await second.socket.accept({ resume: 'a third' });
  assert.equal(second.socket.commands[0].token, 'r');
});

test('a page that is left before it has begun leaves the token to the next', async (t) => {
  const storage = new Map();
  const first = await page(t, { storage });
  await first.connected('a');
  await first.fire('pagehide');
  const second = await page(t, { storage });
  second.configureRealtime({ getToken: () => new Promise(() => {}) });
  second.connect('a');
  await second.fire('pagehide');
  const third = await page(t, { storage });
  await third.connected('a');
  assert.equal(third.socket.all('resume')[0].token, 'r');
});

test('a duplicated tab is somebody else', async (t) => {
  const storage = new Map();
  const original = await page(t, { storage });
  await original.connected('a');
  const duplicate = await page(t, { storage: new Map(storage) });
  await duplicate.connected('a');
  assert.deepEqual(duplicate.socket.all('resume'), []);
});

test('a token that waited for longer than a minute is too old: a duplicate may have it', async (t) => {
  const storage = new Map();
  const first = await page(t, { storage });
  await first.connected('a');
  await first.fire('pagehide');
  const second = await page(t, { storage });
  second.sleep(61_000);
  await second.connected('a');
  assert.deepEqual(second.socket.all('resume'), []);
  assert.equal(storage.size, 0);
});

test('a token that is refused is replaced by the one of the welcome', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.socket.drop();
  await p.elapse(500);
  await p.socket.accept({ resume: 'new' });
  await p.socket.refuse(p.socket.all('resume')[0], 'bad-request');
  await p.socket.drop();
  await p.elapse(1000);
  await p.socket.accept({ resume: 'newer' });
  assert.equal(p.socket.all('resume')[0].token, 'new');
});

test('a token is kept where the connection is lost before the reply', async (t) => {
  const p = await page(t);
  await p.connected('a');
  await p.socket.drop();
  await p.elapse(500);
  await p.socket.accept({ resume: 'new' });
  await p.socket.drop();
  await p.elapse(1000);
  await p.socket.accept({ resume: 'newer' });
  assert.equal(p.socket.all('resume')[0].token, 'r');
});

test('a page that comes back from the cache reconnects, and takes its token out of the storage', async (t) => {
  const storage = new Map();
  const p = await page(t, { storage });
  const connection = await p.connected('a', { offset: 3 });
  await p.fire('pagehide', { persisted: true });
  p.sleep(3_600_000);
  await p.elapse(0);
  assert.equal(p.sockets.length, 1);
  await p.fire('pageshow', { persisted: true });
  await p.elapse(0);
  assert.equal(p.sockets.length, 2);
  assert.equal(storage.size, 0);
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [
    { type: 'resume', token: 'r', id: 1 },
    { type: 'subscribe', channel: 'a', since: { epoch: 'e', offset: 3 }, id: 2 },
  ]);
  await p.socket.subscribed('a', { offset: 3, recovered: true });
  assert.deepEqual(connection.log, ['connect', 'disconnect', 'connect']);
});

test('a storage that is not allowed does no harm', async (t) => {
  const p = await page(t);
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get() {
      throw new Error('SecurityError');
    },
  });
  t.after(() => delete globalThis.sessionStorage);
  await p.connected('a');
  await p.fire('pagehide');
  assert.deepEqual(p.reported, []);
});
