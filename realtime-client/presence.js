// Realtime for Spring Boot: who is on a channel. License: Apache-2.0. Protocol: docs/protocol.md.

import { PASSING, RealtimeError, connectRealtime as connect, jitter, join, report, request } from './connection.js';
import { arrived, rendered } from './cursor.js';

/** @import {ConnectOptions, Connection, Member, Position} from './types.js' */

/**
 * Connects to a channel, over the one socket of the page. Throws where the name is not one.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime(options) {
  const { channel, since = rendered(channel), onPresence } = options;
  const connection = onPresence ? connectPresent(options, since) : connect(options, since);
  connection.ready.then(() => arrived(channel), () => {});
  return connection;
}

/** @param {ConnectOptions} options @param {ConnectOptions['since']} since */
function connectPresent(options, since) {
  const presence = new Presence(options); // first, so that one subscribe asks for both
  const connection = connect(options, since);
  const { disconnect } = connection;
  connection.disconnect = () => {
    presence.disconnect();
    return disconnect.call(connection);
  };
  return connection;
}

/** The members of one channel, for one connection. */
class Presence {
  asks = { presence: true };
  count = 0;
  known = false;
  timer = 0;
  attempts = 0;
  /** @type {Map<string, Member>} */ members = new Map();
  /** @type {object | undefined} */ fetching;

  /** @param {ConnectOptions} options */
  constructor(options) {
    this.options = options;
    this.subscription = join(options.channel, this);
  }

  /** @param {Position} _top @param {boolean} _recovered @param {any} [reply] */
  subscribed(_top, _recovered, reply) {
    if (reply?.members) this.list(reply);
    else if (reply || !(this.known || this.fetching)) this.fetch();
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, member } = frame;
    if (type === 'members') this.list(frame);
    else if (this.known && (type === 'join' || type === 'leave')) {
      const { clientId } = member;
      const there = this.members.has(clientId);
      if (type === 'join') this.members.set(clientId, member);
      else this.members.delete(clientId);
      if (type === 'leave') this.count--;
      else if (!there) this.count++;
      this.tell(type, member);
    }
  }

  /**
   * Begins anew, and asks for the rest where that is not all.
   *
   * @param {any} list
   */
  list({ members, count, next }) {
    this.members.clear();
    this.add(members);
    this.count = count;
    this.fetching = undefined;
    if (next) this.fetch(next);
    else this.complete();
  }

  /** @param {Member[]} members */
  add(members) {
    members.forEach((member) => this.members.set(member.clientId, member));
  }

  /** @param {string} [after] */
  async fetch(after) {
    const fetching = (this.fetching = {});
    const reply = await request({ type: 'presence', channel: this.options.channel, after });
    if (fetching !== this.fetching || !reply?.type) return;
    const { code, message, members, count, next } = reply;
    if (members) {
      if (!after) this.members.clear();
      this.add(members);
      this.count = count;
      this.known = true; // what changes while the rest is read is in it, or follows
      if (next) this.fetch(next);
      else this.complete();
    } else if (PASSING.includes(code)) {
      this.timer = setTimeout(() => this.fetch(after), jitter(this.attempts++));
    } else if (code !== 'not-subscribed') this.call('onError', new RealtimeError(code, message));
  }

  complete() {
    this.fetching = undefined;
    this.known = true;
    this.attempts = 0;
    this.tell('list');
  }

  /** @param {'list' | 'join' | 'leave'} type @param {Member} [member] */
  tell(type, member) {
    this.call('onPresence', [...this.members.values()], { type, member, count: this.count });
  }

  /** What is known stays until there is another list. */
  interrupted() {
    clearTimeout(this.timer);
    this.fetching = undefined;
    this.known = false;
  }

  ended() {
    this.interrupted();
  }

  disconnect() {
    this.ended();
    this.subscription.leave(this, () => {});
  }

  /** @param {'onPresence' | 'onError'} handler @param {any[]} args */
  call(handler, ...args) {
    if (handler === 'onError' && this.subscription.subscribed === false) return; // the connection tells it
    try {
      /** @type {any} */ (this.options)[handler]?.(...args);
    } catch (error) {
      report(error);
    }
  }
}
