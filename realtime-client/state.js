// Realtime for Spring Boot: shared values. License: Apache-2.0. Protocol: docs/protocol.md.

import { PASSING, RealtimeError, bytes, jitter, join, report, request } from './connection.js';
import { arrived, rendered } from './cursor.js';

/** @import {Position, StateOptions, StateStatus, SyncedState, Write} from './types.js' */

/** That many wait for the connection, and that many for their replies. */
const MOST = 1000;
const MOST_SENT = 20;

/** A command names no more. */
const MOST_KEYS = 100;

/** An update gives up after that many. */
const CONFLICTS = 30;

/** The server remembers a write for 5 minutes. */
const REMEMBERED = 290_000;

/** With these the server has not even begun. */
const UNDONE = ['rate-limited', 'not-subscribed'];

/** @type {Map<string, ChannelState>} */
export const channels = new Map();

/**
 * Shares a value with all who have the same key of the same channel. Throws where either is not a name.
 *
 * @template [Value=any]
 * @param {StateOptions<Value>} options
 * @returns {SyncedState<Value>}
 */
export function syncedState(options) {
  return new State(options);
}

/** What an application holds as its `SyncedState`. */
class State {
  #followers = new Set();
  #disposed = false;
  #options;
  #channel;
  #shown;

  /** @param {StateOptions} options */
  constructor(options) {
    const { channel, key } = options;
    const size = typeof key === 'string' ? bytes(key) : 0;
    if (!size || size > 256) throw invalid('A state key is a string of 1 to 256 bytes');
    this.#options = options;
    this.#channel = channels.get(channel) ?? new ChannelState(channel);
    this.#shown = this.#channel.open(key);
    this.#shown.states.add(this);
  }

  get value() {
    const { text, value } = this.#shown;
    return text === undefined ? this.#options.initial : value;
  }

  get status() {
    return this.#channel.statusOf(this.#options.key);
  }

  get error() {
    return this.#channel.error;
  }

  /** @type {SyncedState['subscribe']} */
  subscribe(listener, { status: every = false } = {}) {
    const follower = { listener, every, value: {}, status: '' };
    this.#followers.add(follower);
    this.#tell(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }

  /** @param {any} value */
  set(value) {
    return this.#write({ type: 'set', value });
  }

  /** @param {(value: any) => any} fn */
  update(fn) {
    return this.#write({ type: 'set', fn, initial: this.#options.initial });
  }

  increment(by = 1) {
    return this.#write({ type: 'increment', by });
  }

  remove() {
    return this.#write({ type: 'remove' });
  }

  dispose() {
    this.#disposed = true;
    this.#followers.clear();
    this.#shown.states.delete(this);
    queueMicrotask(() => this.#channel.rest()); // another may follow
  }

  changed() {
    this.#followers.forEach((follower) => this.#tell(follower));
  }

  /** @param {any} error */
  refused(error) {
    if (!this.#disposed) call(() => this.#options.onError?.(error));
  }

  /**
   * Not what was to be told: a handler may have changed it once more.
   *
   * @param {any} follower
   */
  #tell(follower) {
    const { value, status } = this;
    if (Object.is(value, follower.value) && (status === follower.status || !follower.every)) return;
    Object.assign(follower, { value, status });
    call(() => follower.listener(value, status));
  }

  /** @param {any} write */
  #write(write) {
    const promise = new Promise((resolve, reject) => {
      if (this.#disposed) throw new RealtimeError('disposed', 'This state was disposed of');
      this.#channel.write({ ...write, key: this.#options.key, op: intent(), time: 0, conflicts: 0, resolve, reject });
    });
    promise.catch((error) => this.refused(error));
    return promise;
  }
}

/** One channel, for all its states: what is stored, as far as known, and on top of it the own writes. */
export class ChannelState {
  known = false;
  /** What has changed since the page was rendered has yet to come. */
  behind = false;
  offline = false;
  top = 0;
  timer = 0;
  attempts = 0;
  /** So many may be under way: more with each ack, since what the server takes is for all that a page does. */
  window = 1;

  /**
   * Each key with the offset up to which it is known: beyond the position where a reply overtook its publication, and
   * then without a value where the key is gone.
   *
   * @type {Map<string, { value: any, offset: number }>}
   */
  stored = new Map();

  /** @type {Write[]} in the order of the calls */ writes = [];
  /** @type {Map<string, { states: Set<State>, text?: string, value?: any }>} */ shown = new Map();
  /** @type {Set<any>} of all keys */ watchers = new Set();
  /** @type {any[]} */ early = [];
  /** @type {any} */ position;
  /** @type {object | undefined} */ fetching;

  /**
   * Where the application resolves keys: by each the one that is meant, null where it is refused. No other is looked up
   * before.
   *
   * @type {Map<string, string | null> | undefined}
   */
  names;
  asking = false;

  /** @type {RealtimeError | undefined} */ error;

  /** @param {string} channel */
  constructor(channel) {
    this.channel = channel;
    const page = rendered(channel, true);
    if (page) this.replace(page, page.state);
    this.behind = Boolean(page);
    this.known = false;
    this.subscription = join(channel, this);
    channels.set(channel, this);
  }

  get asks() {
    return { state: true, keys: [...this.shown.keys()].slice(0, MOST_KEYS) };
  }

  /** @param {string} key */
  open(key) {
    const shown = this.shown.get(key) ?? { states: new Set() };
    this.shown.set(key, shown);
    this.show([key]);
    queueMicrotask(() => this.lookUp()); // others may follow
    return shown;
  }

  /** @param {string} key the key that is meant */
  name(key) {
    return this.names?.get(key) ?? key;
  }

  /** @param {Record<string, string | null>} keys */
  learnNames(keys) {
    this.names ??= new Map();
    Object.entries(keys).forEach(([key, name]) => {
      this.names?.set(key, name);
      const error = new RealtimeError('forbidden', `The key '${key}' is not allowed`);
      if (name === null) this.shown.get(key)?.states.forEach((state) => state.refused(error));
    });
  }

  /** Asks what keys mean that were not there when the channel was subscribed; the server may have to load them. */
  async lookUp() {
    const { names, known, asking, timer, subscription, channel } = this;
    const keys = [...this.shown.keys()].filter((key) => !names?.has(key)).slice(0, MOST_KEYS);
    if (!names || !known || asking || timer || !subscription.subscribed || !keys.length) return;
    this.asking = true;
    const reply = await request({ type: 'snapshot', channel, keys });
    this.asking = false;
    if (names !== this.names || !reply?.type) return;
    const { code, message, state, offset, keys: found } = reply;
    if (state) {
      this.learnNames(found);
      const values = new Map(Object.entries(state)); // an object would have a `constructor`
      for (const name of Object.values(found)) if (name !== null) this.learn(name, values.get(name), offset);
      this.show();
      this.flush();
      this.lookUp();
    } else if (PASSING.includes(code)) this.wait(jitter(this.attempts++));
    else this.call('', new RealtimeError(code, message));
  }

  /** Leaves the channel where nothing is shown of it, and nothing waits. */
  rest() {
    this.shown.forEach(({ states }, key) => states.size || this.shown.delete(key));
    if (this.shown.size || this.watchers.size || this.writes.length || channels.get(this.channel) !== this) return;
    this.close();
    this.subscription.leave(this, () => {});
  }

  close() {
    clearTimeout(this.timer);
    this.fetching = undefined;
    channels.delete(this.channel);
  }

  /**
   * There is no state where all that was missed follows, which is enough for what is known or rendered. Where nothing
   * is, because the channel was subscribed for somebody else, it is fetched.
   *
   * @param {Position} top @param {boolean} recovered @param {any} [reply]
   */
  subscribed(top, recovered, reply) {
    if (!reply && (this.known || this.fetching)) return;
    this.offline = false;
    this.top = top.offset;
    this.window = 1;
    if (reply) this.names = undefined;
    if (reply?.keys) this.learnNames(reply.keys);
    if (reply?.state) this.replace(top, reply.state);
    else if (recovered && this.position?.epoch === top.epoch) this.known = true;
    else this.fetch();
    this.behind &&= this.position?.offset < top.offset;
    arrived(this.channel);
    this.show();
    this.flush();
    this.lookUp();
  }

  /** What has come before is in the snapshot. What comes meanwhile may be, or not. */
  async fetch() {
    const fetching = (this.fetching = {});
    this.early = [];
    this.position = undefined;
    const reply = await request({ type: 'snapshot', channel: this.channel });
    if (fetching !== this.fetching || !reply?.type) return;
    const { code, message, state, keys } = reply;
    if (state) {
      if (keys) this.learnNames(keys);
      this.replace(reply, state, this.early);
      this.show();
      this.flush();
      this.lookUp();
    } else if (PASSING.includes(code)) this.wait(jitter(this.attempts++));
    else if (code !== 'not-subscribed') {
      this.subscription.leave(this, () => {});
      this.ended(new RealtimeError(code, message));
    }
  }

  /** @param {Position} top @param {Record<string, any>} state @param {any[]} early */
  replace({ epoch, offset }, state, early = []) {
    const { stored, position } = this;
    this.stored = new Map(Object.entries(state).map(([key, value]) => [key, { value, offset }]));
    stored.forEach((entry, key) => {
      if (epoch === position?.epoch && entry.offset > offset) this.stored.set(key, entry);
    });
    this.position = { epoch, offset };
    this.known = true;
    this.fetching = undefined;
    early.forEach((frame) => this.receive(frame));
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, offset, op, value, changes = [frame] } = frame;
    if (!this.known) this.early.push(frame);
    else if (offset > this.position.offset) {
      this.position.offset = offset;
      if (type === 'state') {
        for (const change of changes) this.learn(change.key, change.value, offset);
        this.accept(this.writes.find((write) => write.op === op), value, offset);
        this.show(changes.map((/** @type {any} */ change) => change.key));
      }
      if (this.behind && offset >= this.top) {
        this.behind = false;
        this.show();
      }
      this.flush();
    }
  }

  /** @param {string} key @param {any} value @param {number} offset */
  learn(key, value, offset) {
    if ((this.stored.get(key)?.offset ?? 0) > offset) return;
    if (value === undefined && offset <= this.position.offset) this.stored.delete(key);
    else this.stored.set(key, { value, offset });
  }

  /** @param {Write} write */
  write(write) {
    const { type, key, by, fn } = write;
    if (this.error) throw this.error;
    if (this.writes.length >= MOST) throw new RealtimeError('limit-exceeded', `${MOST} writes are waiting`);
    if (fn) applied(write, this.value(key));
    else if (type === 'set') write.value = json(write.value);
    else if (type === 'increment' && !Number.isFinite(by)) throw invalid('An increment is a number');
    this.writes.push(write);
    this.show([key]);
    this.flush();
  }

  /**
   * Sends what may be sent. An `update` goes when all before it on its key is settled, and all behind it waits. Of what
   * is sent, one may be refused for the moment and the next may not: an `increment` waits for what would undo it.
   */
  flush() {
    const { writes } = this;
    const next = writes.findIndex(({ sent }) => !sent);
    if (this.timer || !this.known || !this.subscription.subscribed || this.position.offset < this.top) return;
    if (next < 0 || writes.slice(next).some(({ sent }) => sent)) return;
    for (let n = next; n < Math.min(writes.length, this.window); n++) {
      const { type, key, fn } = writes[n];
      const waits = writes.slice(0, n).some((other) => {
        return other.fn || (this.same(other, key) && (fn || (type === 'increment' && other.type !== type)));
      });
      if (waits || this.names?.has(key) === false) return;
      this.send(writes[n]);
      if (writes !== this.writes) {
        this.flush();
        return;
      }
    }
  }

  /** @param {Write} write */
  async send(write) {
    const { type, key, by, op, fn, time } = write;
    const { value, offset = 0 } = this.stored.get(this.name(key)) ?? {};
    const command = { type, channel: this.channel, key, by, op };
    try {
      const late = time && Date.now() - time > REMEMBERED;
      if (late) throw new RealtimeError('timeout', 'The connection was lost, and whether this was stored is unknown');
      if (by === undefined) Object.assign(command, { value: applied(write, value) });
      if (fn) Object.assign(command, { expect: value === undefined ? 0 : offset });
    } catch (error) {
      this.refuse(write, error);
      return;
    }
    write.sent = true;
    write.time ||= Date.now();
    const reply = await request(command);
    write.sent = false;
    if (!reply || UNDONE.includes(reply.code)) write.time = time;
    if (!this.writes.includes(write)) this.flush();
    else if (reply?.type) this.answered(write, reply);
  }

  /** @param {Write} write @param {any} reply */
  answered(write, { type, code, message, offset, value, current }) {
    const { key, fn, behind = 0 } = write;
    const conflict = code === 'conflict';
    const again = conflict ? fn && ++write.conflicts < CONFLICTS : offset < behind;
    if ((conflict || type === 'ack') && offset > this.position.offset) this.learn(this.name(key), current ? current.value : value, offset);
    if (again) Object.assign(write, { op: intent(), time: 0 });
    if (conflict && again) this.wait(Math.random() * Math.min(500, 10 * 2 ** write.conflicts));
    else if (type === 'ack') {
      this.attempts = 0;
      if (this.window < MOST_SENT) this.window++;
      if (!again) this.accept(write, value, offset);
    } else if (code === 'rate-limited') {
      this.window = 1;
      channels.forEach((channel) => channel.wait(2000 + Math.random() * 500));
    } else if (UNDONE.includes(code) || (code !== 'internal' && PASSING.includes(code))) {
      this.wait(jitter(this.attempts++));
    } else this.refuse(write, new RealtimeError(code, message));
    this.show([key]);
    this.flush();
  }

  /**
   * What was refused for the moment and is overtaken by what was to overwrite it counts as overwritten. Where it turns
   * out too late, what was to overwrite it has to do so once more.
   *
   * @param {Write | undefined} write @param {any} value @param {number} offset
   */
  accept(write, value, offset) {
    if (!write) return;
    const { key, type } = write;
    const place = this.writes.indexOf(write);
    const settled = this.writes.filter((other, n) => {
      if (n > place && this.same(other, key)) other.behind = offset;
      return other === write || (n < place && this.same(other, key) && !other.sent && type !== 'increment');
    });
    this.settle(settled);
    settled.forEach(({ resolve }) => resolve(structuredClone(value)));
  }

  /** @param {Write} write @param {unknown} error */
  refuse(write, error) {
    this.settle([write]);
    write.reject(error);
    this.show([write.key]);
  }

  /** @param {Write[]} settled */
  settle(settled) {
    this.writes = this.writes.filter((write) => !settled.includes(write));
    this.rest();
  }

  /** @param {number} delay */
  wait(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (!this.known) this.fetch();
      this.flush();
      this.lookUp();
    }, delay);
  }

  interrupted() {
    this.offline = true;
    this.show();
  }

  /** @param {RealtimeError} error */
  ended(error) {
    const { writes } = this;
    this.close();
    this.error = error;
    this.writes = [];
    writes.forEach(({ reject }) => reject(error));
    this.show();
    this.call('onError', error);
  }

  /** @param {string} _handler @param {RealtimeError} error */
  call(_handler, error) {
    this.shown.forEach(({ states }) => states.forEach((state) => state.refused(error)));
    this.watchers.forEach((watcher) => watcher.refused(error));
  }

  /** Is for connections. */
  disconnect() {}

  /** @param {Write} write @param {string} key */
  same(write, key) {
    return this.name(write.key) === this.name(key);
  }

  /** @param {string} key @returns {StateStatus} */
  statusOf(key) {
    if (this.error) return 'error';
    if (this.offline) return 'offline';
    if (this.names?.get(key) === null) return 'error';
    if (!this.known || this.names?.has(key) === false) return 'syncing';
    if (this.writes.some((write) => write.key === key)) return 'pending';
    return this.behind ? 'syncing' : 'synced';
  }

  /** @param {string} key */
  value(key) {
    let value = this.stored.get(this.name(key))?.value;
    for (const write of this.writes) {
      try {
        if (this.same(write, key)) value = applied(write, value);
      } catch {} // is told when it is sent
    }
    return value;
  }

  /**
   * All that is shown is a copy, so that a page may change it, and up to date before anybody is told.
   *
   * @param {string[]} [some]
   */
  show(some) {
    const keys = some ?? [...this.shown.keys()];
    const names = this.names && keys.map((key) => this.name(key));
    const all = (names ? [...this.shown.keys()].filter((key) => names.includes(this.name(key))) : keys).flatMap((key) => {
      const shown = this.shown.get(key);
      if (!shown) return [];
      const text = JSON.stringify(this.value(key));
      if (text !== shown.text) Object.assign(shown, { text, value: text && JSON.parse(text) });
      return [...shown.states];
    });
    all.forEach((state) => state.changed());
    this.watchers.forEach((watcher) => watcher.changed(some));
  }
}

/** @param {Write} write @param {any} base undefined where there is none, as is the result */
function applied({ type, fn, by = 0, value, initial }, base) {
  if (fn) return json(fn(structuredClone(base === undefined ? initial : base)));
  if (type !== 'increment') return value;
  return base === undefined ? by : typeof base === 'number' ? base + by : base;
}

/** @param {any} value @returns {any} as it will arrive */
function json(value) {
  const text = JSON.stringify(value);
  if (text === undefined || (text === 'null' && value !== null)) throw invalid('This is not a value of JSON');
  return JSON.parse(text);
}

/** @param {string} message */
function invalid(message) {
  return new RealtimeError('invalid-data', message);
}

/** Cannot be guessed: what has the same counts as the same. */
export function intent() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}

/** @param {() => void} handler */
function call(handler) {
  try {
    handler();
  } catch (error) {
    report(error);
  }
}
