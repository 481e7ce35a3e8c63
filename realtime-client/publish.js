// Realtime for Spring Boot: messages from pages. License: Apache-2.0. Protocol: docs/protocol.md.

import { PASSING, RealtimeError, jitter, join, request } from './connection.js';
import { intent } from './state.js';

/** Longer than a reconnect usually takes. */
const PATIENCE = 30_000;

/**
 * Sends a message to a channel, where the application lets clients do that. It is sent once, though the connection be
 * lost meanwhile; the page hears it like everybody else. Throws where the name is not one.
 *
 * @param {string} channel
 * @param {any} data any JSON value
 * @returns {Promise<number>} its offset
 */
export function publish(channel, data) {
  return new Promise((resolve, reject) => new Message(channel, data, resolve, reject));
}

/** Holds on to the channel until the server has taken the message, or refused it. */
class Message {
  sending = false;
  attempts = 0;
  timer = 0;

  /** @param {string} channel @param {any} data @param {(offset: number) => void} resolve @param {(error: any) => void} reject */
  constructor(channel, data, resolve, reject) {
    if (JSON.stringify(data) === undefined) throw new RealtimeError('invalid-data', 'This is not a value of JSON');
    this.command = { type: 'publish', channel, data, op: intent() };
    this.resolve = resolve;
    this.reject = reject;
    this.limit = setTimeout(() => this.ended(new RealtimeError('timeout', 'Whether this was sent is unknown')), PATIENCE);
    this.subscription = join(channel, this);
  }

  async subscribed() {
    if (this.sending) return;
    this.sending = true;
    const reply = await request(this.command);
    this.sending = false;
    const { type, code, message, offset } = reply ?? {};
    if (type === 'published') this.end(() => this.resolve(offset));
    else if (PASSING.includes(code)) this.timer = setTimeout(() => this.again(), jitter(this.attempts++));
    else if (type) this.ended(new RealtimeError(code, message));
  }

  again() {
    if (this.subscription.subscribed) this.subscribed();
  }

  receive() {}

  interrupted() {}

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.end(() => this.reject(error));
  }

  /** @param {() => void} settle */
  end(settle) {
    clearTimeout(this.limit);
    clearTimeout(this.timer);
    this.subscription?.leave(this, () => {});
    settle();
  }

  /** Is for connections. */
  disconnect() {}

  call() {}
}
