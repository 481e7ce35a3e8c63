import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

test('a message needs a connection and no subscription, and tells its offset', async (t) => {
  const p = await page(t);
  const sent = p.publish('a', { text: 'hi' });
  await settled();
  await p.socket.accept();
  const { op, ...command } = p.socket.commands.at(-1);
  assert.deepEqual(command, { type: 'publish', channel: 'a', data: { text: 'hi' }, id: 1 });
  assert.match(op, /^\w{10,64}$/);
  await p.socket.push({ type: 'published', id: 1, offset: 4 });
  assert.equal(await sent, 4);
  assert.equal(p.socket.commands.length, 1);
  await p.elapse(2000);
  assert.equal(p.socket.given, true); // nothing needs it any more
});

test('messages of a page that is connected go out at once and in order', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const sent = [1, 2, null].map((data) => p.publish('a', data));
  await settled();
  assert.deepEqual(p.socket.all('publish').map(({ data }) => data), [1, 2, null]);
  for (const [n, { id }] of p.socket.all('publish').entries()) await p.socket.push({ type: 'published', id, offset: 4 + n });
  assert.deepEqual(await Promise.all(sent), [4, 5, 6]);
  assert.equal(p.socket.all('unsubscribe').length, 0);
});

test('where the connection is lost meanwhile the same is sent again, under the same name', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const sent = p.publish('a', 'x');
  await settled();
  const [{ op }] = p.socket.all('publish');
  await p.socket.drop();
  await p.elapse(10_000);
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 4, recovered: true });
  const [again] = p.socket.all('publish');
  assert.equal(again.op, op);
  await p.socket.push({ type: 'published', id: again.id, offset: 4 });
  assert.equal(await sent, 4);
});

test('what is refused for the moment is tried again, what is refused rejects', async (t) => {
  const p = await page(t);
  await p.connected('a', { offset: 3 });
  const busy = p.publish('a', 1);
  const refused = assert.rejects(p.publish('a', 2), { code: 'forbidden', message: 'no' });
  await settled();
  const [first, second] = p.socket.all('publish');
  await p.socket.push({ type: 'error', id: first.id, code: 'rate-limited', message: '' });
  await p.socket.push({ type: 'error', id: second.id, code: 'forbidden', message: 'no' });
  await refused;
  await p.elapse(1000);
  const again = p.socket.all('publish').at(-1);
  assert.deepEqual([again.data, again.op], [1, first.op]);
  await p.socket.push({ type: 'published', id: again.id, offset: 4 });
  assert.equal(await busy, 4);
});

test('without an answer it ends after 30 s, as unknown', async (t) => {
  const p = await page(t);
  const sent = p.publish('a', 1);
  const failed = assert.rejects(sent, { code: 'timeout' });
  await p.elapse(30_000);
  await failed;
});

test('what is no channel or no value rejects, and a message that is refused does', async (t) => {
  const p = await page(t);
  await assert.rejects(p.publish('a b', 1), { code: 'invalid-channel' });
  await assert.rejects(p.publish('a', undefined), { code: 'invalid-data' });
  const refused = assert.rejects(p.publish('a', 1), { code: 'forbidden' });
  await settled();
  await p.socket.accept();
  await p.socket.push({ type: 'error', id: 1, code: 'forbidden', message: 'no' });
  await refused;
});
