import { subscribe } from './connection.js';
import { markConnected, pageCursor } from './cursor.js';
import { RealtimeError, TRANSIENT, backoff } from './errors.js';
import { request } from './reconnecting-session.js';
import { WriteQueue } from './write-queue.js';

/** @import {Position, ShownValue, StateStatus} from './types.js' */

/** @type {Map<string, ChannelState>} */
export const channels = new Map();

/** What the server has stored, as far as it is known, with the writes of this page on top. */
export class ChannelState {
  known = false;
  /** Publications since the page was rendered have yet to arrive. */
  catchingUp = false;
  offline = false;
  top = 0;
  timer = 0;
  attempts = 0;

  /**
   * Each key with the offset up to which it is known: beyond the position if a reply has overtaken its publication. A
   * removed key is kept until then.
   *
   * @type {Map<string, { value: any, offset: number }>}
   */
  stored = new Map();

  /** @type {Map<string, ShownValue>} */ shown = new Map();
  /** Of all keys. @type {Set<any>} */ watchers = new Set();
  /** @type {any[]} */ buffered = [];
  /** @type {any} */ position;
  /** @type {object | undefined} */ fetching;
  /** @type {RealtimeError | undefined} */ error;
  keys = new ResolvedKeys(this);
  writes = new WriteQueue(this);

  /** @param {string} channel */
  constructor(channel) {
    this.channel = channel;
    const page = pageCursor(channel, true);
    if (page) this.replace(page, page.state);
    this.catchingUp = Boolean(page);
    this.known = false;
    this.subscription = subscribe(channel, this);
    channels.set(channel, this);
  }

  get subscribeOptions() {
    return { state: true, keys: [...this.shown.keys()].slice(0, MAX_KEYS) };
  }

  /** Whether writes may be sent: the page knows all that was stored before it subscribed. */
  get ready() {
    return !this.timer && this.known && this.subscription.subscribed && this.position.offset >= this.top;
  }

  /** @param {string} key */
  open(key) {
    const shown = this.shown.get(key) ?? { states: new Set() };
    this.shown.set(key, shown);
    this.notify([key]);
    queueMicrotask(() => this.keys.request()); // other keys may follow
    return shown;
  }

  release() {
    this.shown.forEach(({ states }, key) => states.size || this.shown.delete(key));
    const used = this.shown.size || this.watchers.size || this.writes.pending.length;
    if (used || channels.get(this.channel) !== this) return;
    this.close();
    this.subscription.leave(this);
  }

  close() {
    clearTimeout(this.timer);
    this.fetching = undefined;
    channels.delete(this.channel);
  }

  /**
   * The reply has no state if all that was missed follows. If no state is known or rendered, because another listener
   * has subscribed the channel, it is fetched.
   *
   * @param {Position} top @param {boolean} recovered @param {any} [reply]
   */
  subscribed(top, recovered, reply) {
    if (!reply && (this.known || this.fetching)) return;
    this.offline = false;
    this.top = top.offset;
    this.writes.window = 1;
    if (reply) this.keys.names = undefined;
    if (reply?.keys) this.keys.add(reply.keys);
    if (reply?.state) this.replace(top, reply.state);
    else if (recovered && this.position?.epoch === top.epoch) this.known = true;
    else this.fetchSnapshot();
    this.catchingUp &&= this.position?.offset < top.offset;
    markConnected(this.channel);
    this.proceed();
  }

  /** A snapshot may include publications that arrive while it is fetched. */
  async fetchSnapshot() {
    const fetching = (this.fetching = {});
    this.buffered = [];
    this.position = undefined;
    const reply = await request({ type: 'snapshot', channel: this.channel });
    if (fetching !== this.fetching || !reply?.type) return;
    const { code, message, state, keys } = reply;
    if (state) {
      if (keys) this.keys.add(keys);
      this.replace(reply, state, this.buffered);
      this.proceed();
    } else if (TRANSIENT.includes(code)) this.retry();
    else if (code !== 'not-subscribed') {
      this.subscription.leave(this);
      this.ended(new RealtimeError(code, message));
    }
  }

  /** @param {Position} top @param {Record<string, any>} state @param {any[]} buffered */
  replace({ epoch, offset }, state, buffered = []) {
    const { stored, position } = this;
    this.stored = new Map(Object.entries(state).map(([key, value]) => [key, { value, offset }]));
    stored.forEach((entry, key) => {
      if (epoch === position?.epoch && entry.offset > offset) this.stored.set(key, entry);
    });
    this.position = { epoch, offset };
    this.known = true;
    this.fetching = undefined;
    buffered.forEach((frame) => this.receive(frame));
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, offset, op, value, changes = [frame] } = frame;
    if (!this.known) this.buffered.push(frame);
    else if (offset > this.position.offset) {
      this.position.offset = offset;
      if (type === 'state') {
        for (const change of changes) this.store(change.key, change.value, offset);
        this.writes.published(op, value, offset);
        this.notify(changes.map((/** @type {any} */ change) => change.key));
      }
      if (this.catchingUp && offset >= this.top) {
        this.catchingUp = false;
        this.notify();
      }
      this.writes.flush();
    }
  }

  /** @param {string} name @param {any} value @param {number} offset */
  store(name, value, offset) {
    if ((this.stored.get(name)?.offset ?? 0) > offset) return;
    if (value === undefined && offset <= this.position.offset) this.stored.delete(name);
    else this.stored.set(name, { value, offset });
  }

  proceed() {
    this.notify();
    this.writes.flush();
    this.keys.request();
  }

  retry() {
    this.retryAfter(backoff(this.attempts++));
  }

  /** All channels share the rate limit. */
  rateLimited() {
    channels.forEach((channel) => channel.retryAfter(2000 + Math.random() * 500));
  }

  /** @param {number} delay */
  retryAfter(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (!this.known) this.fetchSnapshot();
      this.writes.flush();
      this.keys.request();
    }, delay);
  }

  interrupted() {
    this.offline = true;
    this.notify();
  }

  /** @param {RealtimeError} error */
  ended(error) {
    this.close();
    this.error = error;
    this.writes.rejectAll(error);
    this.notify();
    this.failed(error);
  }

  /** @param {RealtimeError} error */
  failed(error) {
    this.shown.forEach(({ states }) => states.forEach((state) => state.failed(error)));
    this.watchers.forEach((watcher) => watcher.failed(error));
  }

  /** @param {string} key @returns {StateStatus} */
  statusOf(key) {
    if (this.error) return 'error';
    if (this.offline) return 'offline';
    if (this.keys.names?.get(key) === null) return 'error';
    if (!this.known || this.keys.names?.has(key) === false) return 'syncing';
    if (this.writes.pending.some((write) => write.key === key)) return 'pending';
    return this.catchingUp ? 'syncing' : 'synced';
  }

  /** @param {string} key */
  storedAt(key) {
    return this.stored.get(this.keys.nameOf(key));
  }

  /** @param {string} key */
  value(key) {
    return this.writes.valueOf(key, this.storedAt(key)?.value);
  }

  /** Applications get copies, all up to date before the first listener is called. @param {string[]} [changed] */
  notify(changed) {
    const { keys } = this;
    const all = [...this.shown.keys()];
    const names = keys.names && changed?.map((key) => keys.nameOf(key));
    const affected = names ? all.filter((key) => names.includes(keys.nameOf(key))) : (changed ?? all);
    const states = affected.flatMap((key) => {
      const shown = this.shown.get(key);
      if (!shown) return [];
      const text = JSON.stringify(this.value(key));
      if (text !== shown.text) Object.assign(shown, { text, value: text && JSON.parse(text) });
      return [...shown.states];
    });
    states.forEach((state) => state.changed());
    this.watchers.forEach((watcher) => watcher.changed(changed));
  }
}

/** A command names no more keys. */
export const MAX_KEYS = 100;

/** An application may resolve keys: one key then means another for each client. */
export class ResolvedKeys {
  /** By key, null if it is refused; undefined if none is resolved. @type {Map<string, string | null> | undefined} */
  names;
  requesting = false;

  /** @param {ChannelState} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {string} key */
  nameOf(key) {
    return this.names?.get(key) ?? key;
  }

  /** @param {Record<string, string | null>} keys */
  add(keys) {
    this.names ??= new Map();
    Object.entries(keys).forEach(([key, name]) => {
      this.names?.set(key, name);
      const error = new RealtimeError('forbidden', `The key '${key}' is not allowed`);
      if (name === null) this.state.shown.get(key)?.states.forEach((state) => state.failed(error));
    });
  }

  /** Requests the keys that were opened after the subscribe, with their values. */
  async request() {
    const { state, names, requesting } = this;
    const { channel } = state;
    const keys = [...state.shown.keys()].filter((key) => !names?.has(key)).slice(0, MAX_KEYS);
    if (!names || !state.known || requesting || state.timer || !state.subscription.subscribed || !keys.length) return;
    this.requesting = true;
    const reply = await request({ type: 'snapshot', channel, keys });
    this.requesting = false;
    if (names !== this.names || !reply?.type) return;
    const { code, message, state: found, offset } = reply;
    if (found) {
      this.add(reply.keys);
      const values = new Map(Object.entries(found)); // an object would have a `constructor`
      for (const name of Object.values(reply.keys)) if (name !== null) state.store(name, values.get(name), offset);
      state.proceed();
    } else if (TRANSIENT.includes(code)) state.retry();
    else state.failed(new RealtimeError(code, message));
  }
}
