// Realtime for Spring Boot: calls of the server's actions. License: Apache-2.0. Protocol: docs/protocol.md.

import { RealtimeError } from './errors.js';
import { session } from './reconnecting-session.js';

/** @import {Call, SessionSubscription} from './types.js' */

/** @typedef {import('./types.js').CallOptions} CallOptions */

const MAX_WAITING = 1000;
/** The server accepts no more calls of a page at the same time. */
const MAX_IN_FLIGHT = 20;

/** How long a call waits for a connection. */
const CONNECT_TIMEOUT = 10_000;

/**
 * The calls of the page. To the session they are one more subscription, without a channel: they keep the socket open,
 * and are notified of it.
 *
 * @implements {SessionSubscription}
 */
class Calls {
  /** @type {Call[]} */ waiting = [];
  inFlight = 0;
  window = MAX_IN_FLIGHT;
  timer = 0;
  connected = false;
  /** The key of the view, if the page is one. @type {string | undefined} */ view;
  /** Keys that were rendered because of a call, undefined if unknown. @type {(keys?: string[]) => void} */
  onRendered = () => {};

  /** @param {Call} call */
  add(call) {
    const { length } = this.waiting;
    if (length >= MAX_WAITING) throw new RealtimeError('limit-exceeded', `${MAX_WAITING} calls are waiting`);
    this.waiting.push(call);
    session.subscriptions.set('', this);
    session.acquire();
    this.flush();
  }

  /** The socket is open. */
  subscribe() {
    this.connected = true;
    this.flush();
  }

  flush() {
    while (!this.timer && this.waiting.length && this.inFlight < this.window) {
      const [call] = this.waiting;
      const { action, data, op } = call;
      const command = { type: 'call', action, data, view: this.view, op };
      if (!session.send(command, (reply) => this.answered(call, reply))) return;
      this.connected = call.sent = true;
      this.inFlight++;
      this.waiting.shift();
    }
    this.release();
  }

  /** @param {Call} call @param {any} reply */
  answered(call, { type, code, message, errors, begun, data, rendered }) {
    this.inFlight--;
    if (code === 'rate-limited' && !begun) this.retry(call);
    else {
      if (type === 'result') {
        this.window = MAX_IN_FLIGHT;
        call.resolve(data);
      } else if (type) call.reject(Object.assign(new RealtimeError(code, message), { errors }));
      else call.reject(lost('The connection was lost, and whether this was done is unknown'));
      if (!type || rendered) this.onRendered(rendered);
    }
    this.flush();
  }

  /** The server has not started it. @param {Call} call */
  retry(call) {
    call.sent = false;
    if (!call.done) this.waiting.unshift(call);
    this.window = 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.flush();
    }, 1000 + Math.random() * 500);
  }

  /** @param {Call} call */
  remove(call) {
    this.waiting = this.waiting.filter((other) => other !== call);
    this.release();
  }

  release() {
    if (!this.waiting.length && !this.inFlight && session.subscriptions.delete('')) session.release();
  }

  interrupted() {
    this.connected = false;
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.interrupted();
    this.waiting.forEach((call) => call.reject(error));
    this.waiting = [];
    this.release();
  }
}

export const calls = new Calls();

/**
 * Calls an action of the server. Rejects if it fails, if the connection is lost before there is a reply, and if there
 * is none in time.
 *
 * @template [Result=any]
 * @param {string} action
 * @param {any} [data]
 * @param {CallOptions} [options]
 * @returns {Promise<Result>}
 */
export function call(action, data, { op, timeout = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(data);
    /** @type {Call} */
    const call = {
      action,
      data: text && JSON.parse(text), // a copy, because the application may change it
      op,
      resolve: settle(resolve),
      reject: settle(reject),
    };
    const replyTimer = setTimeout(() => {
      call.reject(new RealtimeError('timeout', `No answer within ${timeout / 1000} s`));
      calls.remove(call);
    }, timeout);
    const connectTimer = setTimeout(() => {
      if (call.sent || calls.connected) return;
      call.reject(lost(`No connection within ${CONNECT_TIMEOUT / 1000} s`));
      calls.remove(call);
    }, CONNECT_TIMEOUT);
    /** @param {(value: any) => void} end */
    function settle(end) {
      return (/** @type {any} */ value) => {
        call.done = true;
        clearTimeout(replyTimer);
        clearTimeout(connectTimer);
        end(value);
      };
    }
    try {
      calls.add(call);
    } catch (error) {
      call.reject(error);
    }
  });
}

/** @param {string} message */
function lost(message) {
  return new RealtimeError('disconnected', message);
}
