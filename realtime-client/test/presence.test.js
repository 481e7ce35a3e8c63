import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

const member = (clientId, more) => ({ clientId, ...more });

/** A page that shows who is on the channel `a`, with a log of what it was told. */
async function watching(t, options) {
  const p = await page(t);
  const log = [];
  const connection = p.connectRealtime({
    channel: 'a',
    onPresence(members, { type, member: who, count }) {
      log.push([type, who?.clientId, members.map(({ clientId }) => clientId).join(''), count]);
    },
    ...options,
  });
  await settled();
  return { p, connection, log };
}

test('one subscribe asks for the channel and who is on it, and changes follow', async (t) => {
  const { p, log } = await watching(t);
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [{ type: 'subscribe', channel: 'a', presence: true, id: 1 }]);
  await p.socket.subscribed('a', { members: [member('x'), member('y', { user: 'ada' })], count: 2 });
  await p.socket.push({ type: 'join', channel: 'a', member: member('z') });
  await p.socket.push({ type: 'join', channel: 'a', member: member('y', { info: 'away' }) });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('x') });
  await p.socket.push({ type: 'members', channel: 'a', members: [member('q')], count: 1 });
  assert.deepEqual(log, [
    ['list', undefined, 'xy', 2], ['join', 'z', 'xyz', 3], ['join', 'y', 'xyz', 3], ['leave', 'x', 'yz', 2],
    ['list', undefined, 'q', 1],
  ]);
});

test('where the channel is subscribed already, who is on it is asked for', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const seen = [];
  p.connectRealtime({ channel: 'a', onPresence: (members, { count }) => seen.push([members.length, count]) });
  await settled();
  assert.deepEqual(p.socket.commands.slice(1), [{ type: 'presence', channel: 'a', id: 2 }]);
  await p.socket.push({ type: 'join', channel: 'a', member: member('early') });
  await p.socket.push({ type: 'members', id: 2, channel: 'a', members: [member('x'), member('early')], count: 2 });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('x') });
  assert.deepEqual(seen, [[2, 2], [1, 1]]);
});

test('a large channel is read in parts, and told when all are there', async (t) => {
  const { p, log } = await watching(t);
  await p.socket.accept();
  await p.socket.subscribed('a', { members: [member('x')], count: 3, next: 'x' });
  assert.deepEqual(p.socket.commands.at(-1), { type: 'presence', channel: 'a', after: 'x', id: 2 });
  await p.socket.push({ type: 'members', id: 2, channel: 'a', members: [member('y')], count: 3, next: 'y' });
  await p.socket.push({ type: 'members', id: 3, channel: 'a', members: [member('z')], count: 3 });
  assert.deepEqual(log, [['list', undefined, 'xyz', 3]]);
});

test('what changes while a large channel is read holds, whichever part it comes before', async (t) => {
  const { p, log } = await watching(t);
  await p.socket.accept();
  await p.socket.subscribed('a', { members: [member('b'), member('c')], count: 5, next: 'c' });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('b') });
  await p.socket.push({ type: 'join', channel: 'a', member: member('a') });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('d') }); // this part was read before
  await p.socket.push({ type: 'members', id: 2, channel: 'a', members: [member('d'), member('e')], count: 5, next: 'e' });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('c') });
  await p.socket.push({ type: 'members', id: 3, channel: 'a', members: [member('f')], count: 4 });
  await p.socket.push({ type: 'leave', channel: 'a', member: member('f') });
  const told = log.map(([type, who, members, count]) => [type, who, [...members].sort().join(''), count]);
  assert.deepEqual(told, [['list', undefined, 'aef', 3], ['leave', 'f', 'ae', 2]]);
});

test('a part that cannot be had now is asked for again, and one that is refused is an error', async (t) => {
  const errors = [];
  const { p, log } = await watching(t, { onError: ({ code }) => errors.push(code) });
  await p.socket.accept();
  await p.socket.subscribed('a', { members: [member('x')], count: 2, next: 'x' });
  await p.socket.push({ type: 'error', id: 2, code: 'unavailable', message: '' });
  await p.elapse(1000);
  assert.deepEqual(p.socket.commands.at(-1), { type: 'presence', channel: 'a', after: 'x', id: 3 });
  await p.socket.push({ type: 'error', id: 3, code: 'forbidden', message: 'no' });
  await p.socket.push({ type: 'join', channel: 'a', member: member('z') });
  await p.socket.push({ type: 'direct', channel: 'a', data: 1 });
  assert.deepEqual([log, errors], [[], ['forbidden']]);
  assert.equal(p.socket.all('presence').length, 2);
});

test('after a reconnect there is another list, also where nothing was missed', async (t) => {
  const { p, log } = await watching(t);
  await p.socket.accept();
  await p.socket.subscribed('a', { members: [member('x'), member('y')], count: 2 });
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
  await p.socket.subscribed('a', { recovered: true, members: [member('y')], count: 1 });
  assert.deepEqual(log, [['list', undefined, 'xy', 2], ['list', undefined, 'y', 1]]);
});

test('a channel that is refused is told once', async (t) => {
  const errors = [];
  const { p, connection } = await watching(t, { onError: ({ code }) => errors.push(code) });
  await p.socket.accept();
  await p.socket.push({ type: 'error', id: 1, code: 'forbidden', message: 'no' });
  assert.deepEqual([errors, connection.status], [['forbidden'], 'disconnected']);
});

test('what is disconnected hears nothing more, and leaves the channel', async (t) => {
  for (const end of [({ connection }) => connection.disconnect(), ({ p }) => p.disconnectRealtime('a')]) {
    const watch = await watching(t);
    const { p, log } = watch;
    await p.socket.accept();
    await p.socket.subscribed('a', { members: [member('x')], count: 1 });
    const done = end(watch);
    await settled();
    assert.equal(p.socket.all('unsubscribe').length, 1);
    await p.socket.unsubscribed('a');
    await done;
    await p.socket.push({ type: 'leave', channel: 'a', member: member('x') });
    assert.equal(log.length, 1);
  }
});
