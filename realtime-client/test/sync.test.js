import assert from 'node:assert/strict';
import test from 'node:test';

import { lots } from './lots.js';
import { page } from './page.js';
import { Server } from './server.js';

/** Pages of one server, each with a state of the same key. */
async function pages(t, count, { key = 'k', initial = 0, ...options } = {}) {
  const random = lots(1);
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

test('20 writes made offline are carried out once and in order, though the connection is cut meanwhile', async (t) => {
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

test('900 writes of one moment are carried out in order as the server has time, and none is refused', async (t) => {
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

test('1,000 joins into a stream of changes, half of them to a subscribed channel: each has the true map', async (t) => {
  const { p, server, clients, states } = await pages(t, 1);
  states[0].dispose();
  const random = lots(2);
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
