// A page with a state, and the replies of the server to what it writes.

import { page, settled } from './page.js';

/** A state of channel `a`, and what it tells. */
export function open(p, key = 'k', options = {}) {
  const log = [];
  const state = p.syncedState({
    channel: 'a',
    key,
    initial: 0,
    onError: (error) => log.push(`error ${error.code}`),
    ...options,
  });
  state.subscribe((value) => log.push(value));
  state.log = log;
  return state;
}

/** A page that knows the state of its channel. */
export async function synced(t, state = {}, key = 'k', options = {}) {
  const p = await page(t);
  const opened = open(p, key, options);
  await settled();
  await p.socket.accept();
  await p.socket.subscribed('a', { offset: 10, state });
  opened.log.length = 0;
  return { p, state: opened, socket: p.socket };
}

/** The last command of a page that is about a key. */
export function last(p) {
  return p.socket.commands.findLast(({ key }) => key !== undefined);
}

export function writes(p) {
  return p.socket.commands.filter(({ key }) => key !== undefined);
}

export function ack(p, offset, value, command = last(p)) {
  return p.socket.push({ type: 'ack', id: command.id, offset, value });
}

export function conflict(p, offset, current, { id } = last(p)) {
  return p.socket.push({ type: 'error', id, code: 'conflict', message: 'Somebody was faster', current, offset });
}

export function change(p, offset, value, more = {}) {
  return p.socket.push({ type: 'state', channel: 'a', offset, key: 'k', value, ...more });
}

/** The connection is lost, and the next is accepted. */
export async function back(p) {
  await p.socket.drop();
  await p.elapse(20_000);
  await p.socket.accept();
}
