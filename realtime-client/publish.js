// Realtime for Spring Boot: messages from pages. License: Apache-2.0. Protocol: docs/protocol.md.

import { checkChannelName } from './connection.js';
import { RealtimeError, TRANSIENT, backoff, idempotencyKey } from './errors.js';
import { request, session } from './reconnecting-session.js';
import { endpoint } from './socket.js';

/** @import {SessionSubscription} from './types.js' */

/** Longer than a reconnect usually takes. */
const TIMEOUT = 30_000;

/**
 * Sends a message to a channel, if the application lets clients do that. It is sent once, even if the connection drops
 * in the meantime. The page need not be subscribed to the channel; if it is, it receives the message like all others.
 * Rejects if the name of the channel is invalid.
 *
 * @param {string} channel
 * @param {any} data any JSON value
 * @returns {Promise<number>} its offset
 */
export function publish(channel, data) {
  return new Promise((resolve, reject) => new Message(channel, data, resolve, reject));
}

/** Waits for a connection, and then for the server to accept or refuse it. */
class Message {
  sending = false;
  attempts = 0;
  timer = 0;

  /**
   * @param {string} channel @param {any} data
   * @param {(offset: number) => void} resolve @param {(error: any) => void} reject
   */
  constructor(channel, data, resolve, reject) {
    checkChannelName(channel);
    if (JSON.stringify(data) === undefined) throw new RealtimeError('invalid-data', 'This is not a value of JSON');
    this.command = { type: 'publish', channel, data, op: idempotencyKey() };
    this.resolve = resolve;
    this.reject = reject;
    outbox.add(this);
    const error = new RealtimeError('timeout', 'Whether this was sent is unknown');
    this.timeout = setTimeout(() => this.fail(error), TIMEOUT);
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    const reply = await request(this.command);
    this.sending = false;
    const { type, code, message, offset } = reply ?? {};
    if (type === 'published') this.end(() => this.resolve(offset));
    else if (TRANSIENT.includes(code)) this.timer = setTimeout(() => this.send(), backoff(this.attempts++));
    else if (type) this.fail(new RealtimeError(code, message));
  }

  /** @param {RealtimeError} error */
  fail(error) {
    this.end(() => this.reject(error));
  }

  /** @param {() => void} settle */
  end(settle) {
    clearTimeout(this.timeout);
    clearTimeout(this.timer);
    outbox.remove(this);
    settle();
  }
}

/** A name that no channel has, and neither have the calls of a page. */
const NAME = ' publish';

/**
 * The messages that the server has neither accepted nor refused. To the session they are one more subscription,
 * without a channel: they keep the socket open, and are sent when it opens.
 *
 * @implements {SessionSubscription}
 */
class Outbox {
  /** @type {Set<Message>} */ messages = new Set();

  /** @param {Message} message */
  add(message) {
    endpoint(); // must be known
    this.messages.add(message);
    session.subscriptions.set(NAME, this);
    session.acquire();
    message.send();
  }

  /** @param {Message} message */
  remove(message) {
    if (!this.messages.delete(message) || this.messages.size) return;
    session.subscriptions.delete(NAME);
    session.release();
  }

  subscribe() {
    this.messages.forEach((message) => message.send());
  }

  interrupted() {}

  /** @param {RealtimeError} error */
  end(error) {
    this.messages.forEach((message) => message.fail(error));
  }
}

const outbox = new Outbox();
