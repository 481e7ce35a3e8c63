// Realtime for Spring Boot: calls of the server's actions. License: Apache-2.0. Protocol: docs/protocol.md.

import { RealtimeError, client, subscriptions } from './connection.js';

/** @import {Call} from './types.js' */
/** @typedef {import('./types.js').CallOptions} CallOptions */

/** That many wait, and that many are under way: the server takes no more of them. */
const MOST = 1000;
const MOST_SENT = 20;

/** How long a call waits for a connection. */
const PATIENCE = 10_000;

/** The calls of the page: in the place of a subscription, they are told of the connection and keep it. */
class Calls {
  /** @type {Call[]} */ waiting = [];
  sent = 0;
  window = MOST_SENT;
  timer = 0;
  connected = false;
  /** The key of the view, if the page is one. @type {string | undefined} */ view;

  /** Of the view: the keys that changed by a call of this page; none where that can't be known. */
  /** @type {(keys?: string[]) => void} */
  rendered = () => {};

  /** @param {Call} call */
  add(call) {
    if (this.waiting.length >= MOST) throw new RealtimeError('limit-exceeded', `${MOST} calls are waiting`);
    this.waiting.push(call);
    subscriptions.set('', /** @type {any} */ (this));
    client.need();
    this.flush();
  }

  /** The connection is there. */
  subscribe() {
    this.connected = true;
    this.flush();
  }

  flush() {
    while (!this.timer && this.waiting.length && this.sent < this.window) {
      const [call] = this.waiting;
      const { action, data, op } = call;
      const command = { type: 'call', action, data, view: this.view, op };
      if (!client.request(command, (reply) => this.answered(call, reply))) return;
      this.connected = call.sent = true;
      this.sent++;
      this.waiting.shift();
    }
    this.rest();
  }

  /** @param {Call} call @param {any} reply */
  answered(call, { type, code, message, errors, begun, data, rendered }) {
    this.sent--;
    if (code === 'rate-limited' && !begun) this.later(call);
    else {
      if (type === 'result') {
        this.window = MOST_SENT;
        call.resolve(data);
      } else if (type) call.reject(Object.assign(new RealtimeError(code, message), { errors }));
      else call.reject(lost('The connection was lost, and whether this was done is unknown'));
      if (!type || rendered) this.rendered(rendered);
    }
    this.flush();
  }

  /** It was not even begun, and there is time until it has to be. @param {Call} call */
  later(call) {
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
  forget(call) {
    this.waiting = this.waiting.filter((other) => other !== call);
    this.rest();
  }

  rest() {
    if (!this.waiting.length && !this.sent && subscriptions.delete('')) client.rest();
  }

  interrupted() {
    this.connected = false;
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.interrupted();
    this.waiting.forEach((call) => call.reject(error));
    this.waiting = [];
    this.rest();
  }

  /** Is for those that listen to a channel. */
  each() {}
}

export const calls = new Calls();

/**
 * Calls an action of the server. Rejects with why it failed, when the connection is lost before there is an answer, and
 * when there is none in time.
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
      data: text && JSON.parse(text), // as it is now
      op,
      resolve: settle(resolve),
      reject: settle(reject),
    };
    const limit = setTimeout(() => {
      call.reject(new RealtimeError('timeout', `No answer within ${timeout / 1000} s`));
      calls.forget(call);
    }, timeout);
    const patience = setTimeout(() => {
      if (call.sent || calls.connected) return;
      call.reject(lost(`No connection within ${PATIENCE / 1000} s`));
      calls.forget(call);
    }, PATIENCE);
    /** @param {(value: any) => void} end */
    function settle(end) {
      return (/** @type {any} */ value) => {
        call.done = true;
        clearTimeout(limit);
        clearTimeout(patience);
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
