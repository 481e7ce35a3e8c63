// Realtime for Spring Boot: messages from pages. License: Apache-2.0. Protocol: docs/protocol.md.

import { subscribe } from './connection.js';
import { RealtimeError, TRANSIENT, backoff, idempotencyKey } from './errors.js';
import { request } from './session.js';

/** Longer than a reconnect usually takes. */
const TIMEOUT = 30_000;

/**
 * Sends a message to a channel, if the application lets clients do that. It is sent once, even if the connection drops in
 * the meantime, and this page receives it like all others. Rejects if the name of the channel is invalid.
 *
 * @param {string} channel
 * @param {any} data any JSON value
 * @returns {Promise<number>} its offset
 */
export function publish(channel, data) {
  return new Promise((resolve, reject) => new Message(channel, data, resolve, reject));
}

/** Stays subscribed to the channel until the server has accepted or refused the message. */
class Message {
  sending = false;
  attempts = 0;
  timer = 0;

  /**
   * @param {string} channel @param {any} data
   * @param {(offset: number) => void} resolve @param {(error: any) => void} reject
   */
  constructor(channel, data, resolve, reject) {
    if (JSON.stringify(data) === undefined) throw new RealtimeError('invalid-data', 'This is not a value of JSON');
    this.command = { type: 'publish', channel, data, op: idempotencyKey() };
    this.resolve = resolve;
    this.reject = reject;
    const error = new RealtimeError('timeout', 'Whether this was sent is unknown');
    this.timeout = setTimeout(() => this.ended(error), TIMEOUT);
    this.subscription = subscribe(channel, this);
  }

  async subscribed() {
    if (this.sending) return;
    this.sending = true;
    const reply = await request(this.command);
    this.sending = false;
    const { type, code, message, offset } = reply ?? {};
    if (type === 'published') this.end(() => this.resolve(offset));
    else if (TRANSIENT.includes(code)) this.timer = setTimeout(() => this.retry(), backoff(this.attempts++));
    else if (type) this.ended(new RealtimeError(code, message));
  }

  retry() {
    if (this.subscription.subscribed) this.subscribed();
  }

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.end(() => this.reject(error));
  }

  /** @param {() => void} settle */
  end(settle) {
    clearTimeout(this.timeout);
    clearTimeout(this.timer);
    this.subscription?.leave(this);
    settle();
  }
}
