import assert from 'node:assert/strict';
import test from 'node:test';

import { page, settled } from './page.js';

test('a handler may disconnect itself and others in the midst of a message', async (t) => {
  const p = await page(t);
  const first = p.connect('a', {
    onMessage: () => {
      first.disconnect();
      second.disconnect();
    },
  });
  const second = p.connect('a');
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.message('a', 1);
  await p.socket.unsubscribed('a');
  assert.deepEqual(first.log, ['connect', 'disconnect']);
  assert.deepEqual(second.log, ['connect', 'disconnect']);
});

test('a handler that throws is reported, and keeps nothing from the others', async (t) => {
  const p = await page(t);
  const wrong = new Error('wrong');
  const fail = () => {
    throw wrong;
  };
  const first = p.connect('a', { onConnect: fail, onMessage: fail, onDisconnect: fail });
  const second = p.connect('a');
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a');
  await p.socket.push(
    { type: 'message', channel: 'a', offset: 1, data: 1 },
    { type: 'message', channel: 'a', offset: 2, data: 2 },
  );
  assert.deepEqual(second.log, ['connect', 1, 2]);
  await p.socket.drop();
  assert.deepEqual(second.log, ['connect', 1, 2, 'disconnect']);
  assert.deepEqual(p.reported, [wrong, wrong, wrong, wrong]);
  assert.equal(first.status, 'connecting');
});

test('a command gets its reply, or none', async (t) => {
  const p = await page(t);
  const { request } = p.session;
  assert.equal(await request({ type: 'call' }), undefined);
  await p.connected('a');
  const one = request({ type: 'call', action: 'x' });
  const [other, lost] = [request({ type: 'call' }), request({ type: 'call' })];
  await settled();
  assert.deepEqual(p.socket.commands[1], { type: 'call', action: 'x', id: 2 });
  await p.socket.push({ type: 'result', id: 3, data: 3 }, { type: 'error', id: 2, code: 'x', message: 'y' });
  assert.deepEqual(await other, { type: 'result', id: 3, data: 3 });
  assert.deepEqual(await one, { type: 'error', id: 2, code: 'x', message: 'y' });
  await p.socket.drop();
  assert.deepEqual(await lost, {});
  assert.equal(p.request, undefined);
  assert.equal(p.join, undefined);
});

test('what else listens to a channel adds to its subscribe, and gets the reply and all that comes', async (t) => {
  const p = await page(t);
  const log = [];
  const listener = {
    subscribeOptions: { presence: true },
    subscribed: (top, recovered, reply) => reply && log.push(['subscribed', top.offset, recovered, reply.count]),
    receive: ({ type }) => log.push(type),
    interrupted: () => log.push('interrupted'),
    ended: ({ code }) => log.push(code),
    failed: ({ code }) => log.push('onError', code),
    disconnect() {},
  };
  const connection = p.connect('a');
  const subscription = p.connection.subscribe('a', listener);
  await settled();
  await p.socket.accept();
  assert.deepEqual(p.socket.commands, [{ type: 'subscribe', channel: 'a', presence: true, id: 1 }]);
  await p.socket.subscribed('a', { offset: 3, count: 7 });
  await p.socket.push({ type: 'join', channel: 'a', member: {} });
  await p.socket.message('a', 4);
  assert.equal(subscription.subscribed, true);
  await p.disconnectRealtime('a');
  assert.equal(connection.status, 'disconnected');
  assert.equal(p.isRealtimeConnected('a'), false);
  await p.socket.drop();
  assert.equal(subscription.subscribed, false);
  await p.elapse(500);
  await p.socket.accept();
  assert.equal(p.socket.last('subscribe', 'a').presence, true);
  await p.socket.subscribed('a', { offset: 4, recovered: true });
  await p.socket.push({ type: 'unsubscribed', channel: 'a', code: 'forbidden' });
  assert.deepEqual(log, [
    ['subscribed', 3, true, 7], 'join', 'message', 'interrupted', ['subscribed', 4, true, undefined], 'forbidden',
  ]);
  assert.throws(() => p.connection.subscribe('a b', listener), { code: 'invalid-channel' });

  const only = p.connection.subscribe('b', listener);
  await settled();
  only.leave(listener, () => log.push('left'));
  await settled();
  await p.socket.unsubscribed('b');
  assert.equal(log.at(-1), 'left');
});
