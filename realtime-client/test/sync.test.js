import assert from 'node:assert/strict';
import test from 'node:test';

import { seededRandom } from './random.js';
import { page } from './page.js';
import { Server } from './server.js';

/** Pages of one server, each with a state of the same key. */
async function pages(t, count, { key = 'k', initial = 0, ...options } = {}) {
  const random = seededRandom(1);
  const server = new Server({ random, delay: 30, ...options });
  const p = await page(t, { server });
  Math.random.mock.mockImplementation(random);
  const clients = [p];
  while (clients.length < count) clients.push(await p.another());
  const states = clients.map((client) => client.syncedState({ channel: 'a', key, initial }));
  await p.elapse(1000);
  return { p, server, states, clients };
}

test('what one page writes, the other shows, and what the application writes, both', async (t) => {
  const { p, server, states: [one, other] } = await pages(t, 2);
  one.set({ from: 'one' });
  await p.elapse(1000);
  assert.deepEqual(other.value, { from: 'one' });
  server.set('a', { k: 'server' });
  await p.elapse(1000);
  assert.deepEqual([one.value, other.value], ['server', 'server']);
});

for (const [how, write] of [
  ['update', (state) => state.update((count) => count + 1)],
  ['increment', (state) => state.increment()],
]) {
  test(`100 times ${how} by each of two pages at the same time makes 200`, async (t) => {
    const { p, server, states } = await pages(t, 2);
    for (let times = 0; times < 100; times++) states.forEach(write);
    await p.elapse(60_000);
    assert.deepEqual(server.state('a'), { k: 200 });
    for (const state of states) assert.deepEqual([state.value, state.status], [200, 'synced']);
  });
}

test('20 offline writes are carried out once and in order, even if the connection is cut', async (t) => {
  const { p, server, states: [state] } = await pages(t, 1);
  server.sockets[0].cut();
  const promises = Array.from({ length: 20 }, (_, n) => {
    return n % 3 === 1 ? state.increment(100) : n % 3 === 2 ? state.update((number) => number + 1) : state.set(n);
  });
  assert.equal(state.status, 'offline');
  for (let cuts = 0; cuts < 5; cuts++) {
    while (!server.open.length) await p.elapse(20);
    await p.elapse(150);
    server.open[0].cut();
  }
  assert.ok(server.channel('a').log.length < 20);
  await p.elapse(60_000);
  const expected = Array.from({ length: 20 }, (_, n) => (n - (n % 3) + [0, 100, 101][n % 3]));
  assert.deepEqual(server.channel('a').log.map(({ value }) => value), expected);
  assert.deepEqual(await Promise.all(promises), expected);
});

test('the same where the server no longer has what was missed', async (t) => {
  const { p, server, states: [state] } = await pages(t, 1, { history: 0 });
  server.sockets[0].cut();
  const promises = Array.from({ length: 20 }, (_, n) => (n % 2 ? state.increment(100) : state.set(n)));
  for (let cuts = 0; cuts < 5; cuts++) {
    while (!server.open.length) await p.elapse(20);
    await p.elapse(150);
    server.send('a', 'a message');
    server.open[0].cut();
  }
  await p.elapse(60_000);
  const expected = Array.from({ length: 20 }, (_, n) => (n % 2 ? n + 99 : n));
  assert.deepEqual(server.channel('a').log.map(({ value }) => value), expected);
  assert.deepEqual(await Promise.all(promises), expected);
});

test('900 simultaneous writes are carried out in order within the rate limit, none is refused', async (t) => {
  const { p, server, states: [state] } = await pages(t, 1, { rate: 100, burst: 200 });
  const promises = Array.from({ length: 900 }, (_, n) => state.set(n));
  await p.elapse(30_000);
  assert.deepEqual(await Promise.all(promises), Array.from({ length: 900 }, (_, n) => n));
  assert.deepEqual(server.channel('a').log.map(({ value }) => value), Array.from({ length: 900 }, (_, n) => n));
  assert.equal(server.sockets.length, 1);
});

test('the application refuses, and replaces', async (t) => {
  const { p, server, states: [one, other] } = await pages(t, 2, { initial: '' });
  server.refuse = ({ value }) => (value === 'bad' ? 'forbidden' : undefined);
  server.replace = ({ value }) => value.trim();
  const seen = [];
  other.subscribe((value) => seen.push(value));
  await assert.rejects(Promise.all([one.set('bad'), p.elapse(1000)]), { code: 'forbidden' });
  assert.equal(one.value, '');
  one.set(' good ');
  await p.elapse(1000);
  assert.equal(one.value, 'good');
  assert.deepEqual(seen, ['', 'good']);
});

/** A server that resolves keys of people, refuses one, and loads titles. */
function resolving(server) {
  server.resolve = (key, client) => (key === 'secret' ? null : key.replace('{me}', client));
  server.load = (name) => (name.startsWith('title') ? `loaded ${name}` : undefined);
}

test('each page has its own value behind one key, and both see a loaded one', async (t) => {
  const { p, server, clients } = await pages(t, 2);
  resolving(server);
  const open = (client, key) => client.syncedState({ channel: 'people', key, initial: '' });
  const [mine, yours] = clients.map((client) => open(client, 'user:{me}'));
  const titles = clients.map((client) => open(client, 'title'));
  mine.set('early');
  assert.equal(mine.value, 'early');
  await p.elapse(1000);
  assert.deepEqual([mine.value, yours.value, ...titles.map(({ value }) => value)], ['early', '', 'loaded title', 'loaded title']);
  yours.set('mine');
  await p.elapse(1000);
  assert.deepEqual([mine.value, yours.value], ['early', 'mine']);
  const [one] = Object.keys(server.state('people')).filter((key) => key.startsWith('user:'));
  server.set('people', { [one]: 'by the server' });
  await p.elapse(1000);
  assert.deepEqual([mine.value, yours.value], ['by the server', 'mine']);
  assert.deepEqual([mine.status, yours.status], ['synced', 'synced']);
});

test('keys that come later are looked up together, and again after a reconnect as another client', async (t) => {
  const { p, server, clients: [client] } = await pages(t, 1);
  resolving(server);
  client.connectRealtime({ channel: 'people' });
  await p.elapse(1000);
  const open = (key) => client.syncedState({ channel: 'people', key, initial: '' });
  const first = open('title 1');
  assert.equal(first.status, 'syncing');
  await p.elapse(1000);
  assert.equal(first.value, 'loaded title 1');
  const later = [open('title 2'), open('user:{me}')];
  later[1].increment(2);
  await p.elapse(1000);
  assert.deepEqual([...later.map(({ value }) => value)], ['loaded title 2', 2]);
  const asked = server.sockets.flatMap(({ commands }) => commands.filter(({ type }) => type === 'snapshot'));
  assert.deepEqual(asked.map(({ keys }) => keys), [undefined, ['title 1'], ['title 2', 'user:{me}']]);
  server.sockets[0].cut();
  server.set('people', { 'title 2': 'changed meanwhile' });
  later[1].increment(3);
  await p.elapse(30_000);
  assert.deepEqual(later.map(({ value, status }) => [value, status]), [['changed meanwhile', 'synced'], [3, 'synced']]);
  assert.deepEqual(Object.values(server.state('people')).filter(Number.isInteger), [2, 3]);
});

test('a key that means something elsewhere is looked up like any other', async (t) => {
  const { p, server, clients: [client] } = await pages(t, 1);
  resolving(server);
  client.connectRealtime({ channel: 'people' });
  await p.elapse(1000);
  const open = (key) => client.syncedState({ channel: 'people', key, initial: 'initial' });
  open('title');
  await p.elapse(1000);
  const states = ['__proto__', 'constructor', 'toString'].map(open);
  await p.elapse(1000);
  assert.deepEqual(states.map(({ value, status }) => [value, status]), Array(3).fill(['initial', 'synced']));
  for (const state of states) await Promise.all([state.update((value) => `${value} updated`), p.elapse(1000)]);
  assert.deepEqual(states.map(({ value }) => value), Array(3).fill('initial updated'));
});

test('a key that is refused is an error of its states alone', async (t) => {
  const { p, server, clients: [client] } = await pages(t, 1);
  resolving(server);
  const errors = [];
  const open = (key) => client.syncedState({ channel: 'people', key, initial: '', onError: ({ code }) => errors.push(key, code) });
  const [secret, title] = [open('secret'), open('title')];
  await p.elapse(1000);
  assert.deepEqual([secret.status, title.status], ['error', 'synced']);
  assert.deepEqual(errors, ['secret', 'forbidden']);
});

test('150 keys are looked up, though one command names no more than 100', async (t) => {
  const { p, server, clients: [client] } = await pages(t, 1);
  resolving(server);
  const states = Array.from({ length: 150 }, (_, n) => client.syncedState({ channel: 'people', key: `title ${n}`, initial: '' }));
  await p.elapse(2000);
  states.forEach(({ value }, n) => assert.equal(value, `loaded title ${n}`));
});

test('what numbers the channel is lost: all pages show what is there now', async (t) => {
  const { p, server, states } = await pages(t, 3);
  for (let n = 0; n < 10; n++) server.set('a', { k: n });
  await p.elapse(1000);
  server.wipe('a');
  await p.elapse(5000);
  assert.deepEqual(states.map(({ value }) => value), [0, 0, 0]);
  states[0].update((count) => count + 7);
  await p.elapse(1000);
  assert.deepEqual(states.map(({ value }) => value), [7, 7, 7]);
});

test('1,000 joins into a stream of changes, half to a subscribed channel: each has the true map', async (t) => {
  const { p, server, clients, states } = await pages(t, 1);
  states[0].dispose();
  const random = seededRandom(2);
  const keys = ['k', 'l', 'm', 'n'];
  for (let joins = 0; joins < 1000; joins++) {
    const connection = joins % 2 ? clients[0].connectRealtime({ channel: 'a' }) : undefined;
    for (let times = 0; times < 5; times++) {
      if (random() < 0.5) await p.elapse(Math.floor(random() * 60));
      server.set('a', { [keys[Math.floor(random() * 4)]]: random() < 0.2 ? undefined : joins * 10 + times });
    }
    const joined = keys.map((key) => clients[0].syncedState({ channel: 'a', key }));
    for (let times = 5; times < 8; times++) {
      await p.elapse(Math.floor(random() * 60));
      server.set('a', { [keys[Math.floor(random() * 4)]]: joins * 10 + times, k: joins });
    }
    await p.elapse(200);
    const stored = server.state('a');
    assert.deepEqual(joined.map(({ value }) => value), keys.map((key) => stored[key]), `join ${joins}`);
    for (const state of joined) state.dispose();
    connection?.disconnect();
    if (random() < 0.5) await p.elapse(100);
  }
  const types = server.sockets.flatMap(({ commands }) => commands.map(({ type }) => type));
  assert.ok(types.filter((type) => type === 'snapshot').length >= 400);
});
