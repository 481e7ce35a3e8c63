import assert from 'node:assert/strict';
import test from 'node:test';

import { seededRandom } from './random.js';
import { page } from './page.js';
import { Server } from './server.js';

const CLIENTS = 5;
const KEYS = ['a', 'b', 'count', '__proto__'];
const STEPS = Number(process.env.STEPS ?? 150);

/**
 * Five pages on two nodes do at random what pages do, while connections are slow and break. What has to hold in the end
 * is checked here, and what has to hold all the time by those who watch.
 */
async function run(t, seed, { trouble, ...options } = {}) {
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const randomInt = (most) => Math.floor(random() * (most + 1));
  const server = new Server({ random, delay: 50, ...options });
  if (trouble) server.trouble = () => (random() < trouble ? ['before', 'after'][randomInt(1)] : undefined);
  const p = await page(t, { server });
  Math.random.mock.mockImplementation(random);

  const faults = [];
  const promises = [];
  let counted = 0;
  let values = 0;
  const clients = [p];
  while (clients.length < CLIENTS) clients.push(await p.another());
  const states = clients.map(() => []);
  const connections = [];

  /** No page shows an own value once it has shown a later one. */
  const open = (number, key) => {
    let latest = 0;
    const state = clients[number].syncedState({
      channel: 'board',
      key,
      initial: key === 'count' ? 0 : undefined,
      onError: (error) => faults.push(`${error.code}: ${error.message}`),
    });
    state.subscribe((value) => {
      if (value?.by !== number) return;
      if (value.number < latest) faults.push(`${number} shows ${value.number} of ${key} after ${latest}`);
      latest = Math.max(latest, value.number);
    });
    states[number].push({ key, state });
  };

  const act = () => {
    const number = randomInt(CLIENTS - 1);
    const own = states[number];
    const dice = random();
    const { epoch, offset } = server.channel('board');
    if (dice < 0.04) open(number, KEYS[randomInt(3)]);
    else if (dice < 0.06) own.splice(0).forEach(({ state }) => state.dispose());
    else if (dice < 0.08) connections.splice(randomInt(connections.length), 1)[0]?.disconnect();
    else if (dice < 0.1) connections.push(clients[number].connectRealtime({ channel: 'board' }));
    else if (dice < 0.12) {
      const since = { epoch, offset: Math.max(0, offset - randomInt(5)) };
      connections.push(clients[number].connectRealtime({ channel: 'board', since }));
    } else if (dice < 0.17) server.open[randomInt(server.open.length - 1)]?.cut();
    else if (dice < 0.18) server.resync('board');
    else if (dice < 0.2) server.send('board', 'a message');
    else if (dice < 0.22) server.set('board', { a: `server ${dice}`, b: undefined });
    else if (!own.length) return;
    else {
      const { key, state } = own[randomInt(own.length - 1)];
      if (key !== 'count' && dice < 0.25) promises.push(state.remove());
      else if (key !== 'count') promises.push(state.set({ by: number, number: ++values }));
      else {
        const by = 1 + randomInt(2);
        counted += by;
        promises.push(dice < 0.5 ? state.increment(by) : state.update((count) => count + by));
      }
    }
  };

  for (let step = 0; step < STEPS; step++) {
    for (let times = randomInt(3); times > 0; times--) act();
    await p.elapse(randomInt(10) ? randomInt(100) : randomInt(3000));
  }
  server.trouble = () => undefined;
  await p.elapse(120_000);

  const stored = server.state('board');
  for (const key of KEYS) {
    for (const number of clients.keys()) open(number, key);
  }
  await p.elapse(60_000);
  assert.deepEqual(faults, []);
  for (const { key, state } of states.flat()) {
    assert.equal(state.status, 'synced');
    const there = Object.hasOwn(stored, key);
    assert.deepEqual(state.value, there ? stored[key] : key === 'count' ? 0 : undefined, key);
  }
  assert.equal(stored.count ?? 0, counted);
  assert.equal((await Promise.allSettled(promises)).filter(({ status }) => status === 'rejected').length, 0);
  assert.deepEqual(p.reported, []);

  const { log } = server.channel('board');
  assert.equal(new Set(log.map(({ op }) => op)).size, log.length, 'nothing is carried out twice');
  return { p, server, log, states, promises };
}

/** The values of each page and key, in the order in which they were stored. */
function own(log) {
  const values = new Map();
  for (const { key, value } of log.filter((entry) => entry.value?.number)) {
    const name = `${key} ${value.by}`;
    values.set(name, [...(values.get(name) ?? []), value.number]);
  }
  return values.values();
}

const seeds = process.env.SEED?.split(',').map(Number) ?? [1, 2, 3, Math.floor(Math.random() * 1e9)];

for (const seed of seeds) {
  test(`whatever happens, everything is applied once, and all pages agree: seed ${seed}`, async (t) => {
    const { log, promises } = await run(t, seed);
    for (const numbers of own(log)) assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other));
    assert.equal(log.length, promises.length);
  });

  test(`and where the server has little time and its broker fails: seed ${seed}`, async (t) => {
    const { log } = await run(t, seed, { rate: 5, burst: 10, trouble: 0.1, history: 10 });
    for (const numbers of own(log)) assert.equal(numbers.at(-1), Math.max(...numbers));
  });
}
