// Realtime for Spring Boot: channels, over the one socket of the page. License: Apache-2.0. Protocol: docs/protocol.md.

/** @import {ChannelListener, ChannelSubscription, ConnectOptions, Connection, Position, Settings} from './types.js' */

/** `code` is one of the protocol, or `disconnected`, `disposed`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
  name = 'RealtimeError';

  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @type {Settings} */
const settings = {};

/** @type {Map<string, Subscription>} */
export const subscriptions = new Map();

/**
 * Takes effect with the next socket.
 *
 * @param {Settings} options
 */
export function configureRealtime(options) {
  Object.assign(settings, options);
}

/**
 * Connects to a channel, over the one socket of the page. Throws where the name is not one.
 *
 * @template [Message=any]
 * @param {ConnectOptions<Message>} options
 * @returns {Connection}
 */
export function connectRealtime(options, since = options.since) {
  return new Listener(options, since);
}

/**
 * Ends all connections of a channel.
 *
 * @param {string} channel
 */
export async function disconnectRealtime(channel) {
  await Promise.all(listeners(channel).map((listener) => listener.disconnect()));
}

/** @param {string} channel */
export function isRealtimeConnected(channel) {
  return listeners(channel).some((listener) => listener.status === 'connected');
}

/** @param {string} channel */
function listeners(channel) {
  return [...(subscriptions.get(channel)?.listeners ?? [])];
}

/**
 * For all that this client makes of channels. Throws where the name is not one.
 *
 * @param {string} channel
 * @param {ChannelListener} listener
 * @returns {ChannelSubscription}
 */
export function join(channel, listener) {
  checkChannel(channel);
  address();
  const subscription = subscriptions.get(channel) ?? new Subscription(channel);
  subscriptions.set(channel, subscription);
  client.need();
  subscription.join(listener);
  return subscription;
}

/**
 * The reply to a command: `{}` where the connection is lost before, none where it was not sent.
 *
 * @param {any} command
 * @returns {Promise<any>}
 */
export function request(command) {
  return new Promise((resolve) => client.request(command, resolve) || resolve(undefined));
}

/** What an application holds as its `Connection`. */
class Listener {
  /** @type {Connection['status']} */ status = 'connecting';
  /** @type {any} */ #options;
  /** @type {any} */ #settle;
  /** @type {Promise<void> | undefined} */ #end;
  #subscription;
  #live = false;

  /** @param {ConnectOptions} options @param {any} since */
  constructor(options, since) {
    this.channel = options.channel;
    this.position = since && { ...since };
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => {}); // nobody has to look at it
    this.#options = options;
    this.#subscription = join(options.channel, this);
  }

  disconnect() {
    return (this.#end ??= new Promise((resolve) => {
      if (this.status === 'disconnected') return resolve();
      this.status = 'disconnecting';
      this.#subscription.leave(this, () => {
        this.ended();
        resolve();
      });
    }));
  }

  /**
   * What lies between its own position and `top` is lost, unless it is `recovered`.
   *
   * @param {Position} top @param {boolean} recovered @param {any} [_reply] the first time
   */
  subscribed(top, recovered, _reply) {
    const { position } = this;
    const gap = position && (position.epoch !== top.epoch || (!recovered && position.offset !== top.offset));
    if (!position || gap) this.position = { ...top };
    if (!this.#live) {
      this.#live = true;
      this.status = 'connected';
      this.#settle.resolve();
      this.call('onConnect', this.channel);
    }
    if (gap) this.call('onGap');
  }

  /** @param {any} frame */
  receive({ type, channel, offset, data, from }) {
    const { position } = this;
    if (offset <= position.offset) return;
    if (offset) position.offset = offset;
    if (type === 'message' || type === 'direct') this.call('onMessage', data, { channel, offset, from });
  }

  /** @param {Connection['status']} status */
  interrupted(status = 'connecting') {
    this.status = status;
    if (this.#live) {
      this.#live = false;
      this.call('onDisconnect', this.channel);
    }
  }

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.interrupted('disconnected');
    this.#settle.reject(error ?? new RealtimeError('disconnected', 'Disconnected before it was connected'));
    if (error) this.call('onError', error);
  }

  /**
   * What a handler throws is reported, and disturbs nobody else.
   *
   * @param {string} handler @param {any[]} args
   */
  call(handler, ...args) {
    try {
      this.#options[handler]?.(...args);
    } catch (error) {
      report(error);
    }
  }
}

/** One channel, for all its listeners: knows the last position, and sees what is missing. */
class Subscription {
  /** @type {Set<ChannelListener>} */ listeners = new Set();
  /** @type {Position | undefined} */ position;
  subscribed = false;
  request = 0;
  attempts = 0;
  timer = 0;

  /** @param {string} channel */
  constructor(channel) {
    this.channel = channel;
  }

  /**
   * Starts over for a listener that knows less than the others; they drop what they had.
   *
   * @param {ChannelListener} listener
   */
  join(listener) {
    const { position, listeners } = this;
    const since = listener.position;
    const less = since && (!position || (since.epoch === position.epoch && since.offset < position.offset));
    if (less) this.position = { ...since };
    if (listeners.add(listener).size === 1 || less) this.subscribe();
    queueMicrotask(() => this.greet());
  }

  /** @param {ChannelListener} listener @param {(reply: any) => void} done */
  leave(listener, done) {
    const { listeners, request } = this;
    listeners.delete(listener);
    if (!listeners.size) this.close();
    if (listeners.size || !request || !this.unsubscribe(done)) queueMicrotask(() => done({}));
  }

  /** From the last position, and over again where it is subscribed already. */
  subscribe() {
    const { channel, position: since, request } = this;
    if (request) this.unsubscribe(() => {});
    this.interrupted(true);
    const asks = Object.assign({}, ...[...this.listeners].map((listener) => listener.asks));
    this.request = client.request({ type: 'subscribe', channel, since, ...asks }, (reply) => {
      if (reply.id === this.request) this.answered(reply);
    });
  }

  /** @param {(reply: any) => void} done */
  unsubscribe(done) {
    return client.request({ type: 'unsubscribe', channel: this.channel }, done);
  }

  /** @param {any} reply */
  answered(reply) {
    const { type, code, message, epoch, offset, recovered } = reply;
    if (type === 'subscribed') {
      const top = { epoch, offset };
      if (!recovered) this.position = top;
      this.subscribed = true;
      this.attempts = 0;
      this.greet(top, recovered, reply);
    } else if (PASSING.includes(code)) {
      this.interrupted();
      if (code === 'already-subscribed') this.request = reply.id; // to be unsubscribed
      this.later(jitter(this.attempts++));
    } else this.end(new RealtimeError(code, message));
  }

  /** @param {any} frame */
  receive(frame) {
    const { type, offset, code } = frame;
    const { position } = this;
    if (!this.subscribed || !position || offset <= position.offset) return;
    if (type === 'unsubscribed' && code === 'resync') {
      this.interrupted(true);
      this.later(Math.random() * 2000);
    } else if (type === 'unsubscribed') this.end(new RealtimeError(code, 'Access was withdrawn'));
    else if (offset > position.offset + 1 && type !== 'position') this.subscribe();
    else {
      if (offset) position.offset = offset;
      this.greet();
      this.each((listener) => listener.receive(frame));
    }
  }

  /** Tells those that do not know yet. */
  greet(top = this.position, recovered = true, reply = undefined) {
    if (this.subscribed && top) this.each((listener) => listener.subscribed(top, recovered, reply));
  }

  interrupted(silent = false) {
    clearTimeout(this.timer);
    this.subscribed = false;
    this.request = 0;
    if (!silent) this.each((listener) => listener.interrupted());
  }

  /** @param {number} delay */
  later(delay) {
    this.timer = setTimeout(() => this.subscribe(), delay);
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.close();
    this.each((listener) => listener.ended(error));
  }

  close() {
    this.interrupted(true);
    subscriptions.delete(this.channel);
    client.rest();
  }

  /**
   * A handler may have ended the next one.
   *
   * @param {(listener: ChannelListener) => void} action
   */
  each(action) {
    [...this.listeners].forEach((listener) => this.listeners.has(listener) && action(listener));
  }
}

/** The page, as the server knows it: has a socket while a channel needs one, and another when that is lost. */
class Client {
  heartbeat = 25_000;
  frameSize = 65_536;
  attempts = 0;
  heard = 0;
  timer = 0;
  token = '';
  id = '';
  /** @type {string | undefined} */ resume;
  /** @type {Socket | undefined} */ socket;
  /** @type {RealtimeError | undefined} */ refused;

  need() {
    if (this.socket) this.watch();
    else if (!this.timer) this.connect();
  }

  /** The socket stays a moment: another channel may follow. */
  rest() {
    if (this.socket && !subscriptions.size) this.later(1000, () => this.hangUp());
  }

  async connect() {
    this.timer = 0;
    if (!subscriptions.size) return;
    const socket = (this.socket = new Socket());
    this.heard = Date.now();
    this.watch();
    for (const event of ['pagehide', 'pageshow', 'visibilitychange', 'offline', 'online']) {
      globalThis.addEventListener?.(event, this);
    }
    try {
      const token = (await settings.getToken?.()) || '';
      if (socket !== this.socket) return;
      const { refused } = this;
      this.refused = undefined;
      if (refused && token === this.token) return this.end(refused);
      this.token = token;
      this.resume = takeToken() ?? this.resume;
      socket.open();
    } catch (error) {
      report(error);
      if (socket === this.socket) this.lost();
    }
  }

  opened() {
    const { resume: token, socket } = this;
    if (token) {
      this.request({ type: 'resume', token }, ({ type }) => {
        if (type === 'error') this.resume = socket?.resume;
      });
    }
    this.authenticate();
    subscriptions.forEach((subscription) => subscription.subscribe());
  }

  authenticate() {
    const { token } = this;
    if (!token) return;
    this.request({ type: 'authenticate', token }, ({ type, code, message }) => {
      if (type !== 'error') return;
      if (PASSING.includes(code)) return this.lost(); // the rest must not be taken for anonymous
      const error = new RealtimeError(code, message);
      subscriptions.forEach((subscription) => subscription.each((listener) => listener.call('onError', error)));
    });
  }

  async renew() {
    try {
      this.token = (await settings.getToken?.()) || '';
      this.authenticate();
    } catch (error) {
      report(error);
    }
  }

  /** @param {CloseEvent} event */
  closed({ code, reason }) {
    const error = ENDS[code] && new RealtimeError(ENDS[code], reason || `Closed by the server: ${code}`);
    if (code === 4401) this.refused = error;
    if (code === 4409) this.resume = undefined; // another page has it
    if (error && !this.refused) this.end(error);
    else this.lost();
  }

  /**
   * A loss that the server announced is silent, unless the first attempt after it fails.
   *
   * @param {number} [delay]
   */
  lost(delay) {
    const { goodbye, welcomed = NaN } = this.socket ?? {};
    if (Date.now() - welcomed >= 10_000) this.attempts = 0;
    this.hangUp();
    this.later(delay ?? goodbye ?? jitter(this.attempts++), () => this.connect());
    subscriptions.forEach((subscription) => subscription.interrupted(goodbye !== undefined));
  }

  /** @param {RealtimeError} error */
  end(error) {
    this.hangUp();
    [...subscriptions.values()].forEach((subscription) => subscription.end(error));
  }

  hangUp() {
    const { socket } = this;
    clearTimeout(this.timer);
    this.timer = 0;
    this.socket = undefined;
    socket?.abandon();
  }

  /** @param {number} delay @param {() => void} action */
  later(delay, action) {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, delay);
  }

  /** Silence is a loss, too. */
  watch(delay = this.heard + this.heartbeat + 10_000 - Date.now()) {
    const { heard } = this;
    this.later(delay, () => (this.heard === heard ? this.lost(0) : this.watch()));
  }

  /**
   * The id, or 0 where nothing can be sent and no reply will come.
   *
   * @param {any} command @param {(reply: any) => void} settle
   */
  request(command, settle) {
    return this.socket?.request(command, settle) ?? 0;
  }

  /**
   * Notices a loss sooner. Timers of a hidden page are late, so the clock decides.
   *
   * @param {Event} event
   */
  handleEvent({ type }) {
    const { socket } = this;
    if (type === 'pagehide') {
      keepToken(this.resume);
      this.hangUp(); // browsers keep no page with an open socket
    } else if (type === 'offline') this.watch(2000);
    else if (type === 'visibilitychange' && document.hidden) return;
    else if (!socket || Date.now() - this.heard > 2000 + (socket.welcomed ? this.heartbeat : 0)) this.lost(0);
  }
}

/** One WebSocket, or one attempt at it: lines out and in, and the replies to requests. */
class Socket {
  /** @type {Map<number, (reply: any) => void>} */ pending = new Map();
  /** @type {WebSocket | undefined} */ socket;
  /** @type {string | undefined} */ resume;
  /** @type {number | undefined} */ goodbye;
  /** @type {number | undefined} */ welcomed;
  frame = '';
  id = 0;

  open() {
    const socket = (this.socket = new WebSocket(address(), 'realtime.v1'));
    socket.onopen = () => client.opened();
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => client.closed(event);
  }

  /** Without a network, closing takes minutes: nothing more is heard of it. */
  abandon() {
    const { socket, pending } = this;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    queueMicrotask(() => pending.forEach((settle) => settle({})));
  }

  /** @param {any} command @param {(reply: any) => void} settle */
  request(command, settle) {
    if (this.socket?.readyState !== 1) return 0;
    const id = ++this.id;
    const line = JSON.stringify({ ...command, id });
    const message = `A command has ${client.frameSize} bytes at most`;
    this.pending.set(id, settle);
    if (bytes(line) <= client.frameSize) this.send(line);
    else queueMicrotask(() => this.dispatch({ type: 'error', id, code: 'too-large', message }));
    return id;
  }

  /**
   * Lines of one moment share a frame.
   *
   * @param {string} line
   */
  send(line) {
    if (!this.frame) queueMicrotask(() => this.flush());
    else if (bytes(this.frame + line) >= client.frameSize) this.flush();
    this.frame += (this.frame && '\n') + line;
  }

  flush() {
    this.socket?.send(this.frame);
    this.frame = '';
  }

  /** @param {string} lines */
  receive(lines) {
    client.heard = Date.now();
    for (const line of lines.split('\n')) {
      try {
        this.dispatch(JSON.parse(line));
      } catch (error) {
        report(error);
      }
    }
  }

  /** @param {any} frame */
  dispatch(frame) {
    const { type, id, channel, code, message, clientId } = frame;
    if (clientId) client.id = clientId;
    const settle = this.pending.get(id);
    this.pending.delete(id);
    if (settle) settle(frame);
    else if (channel) subscriptions.get(channel)?.receive(frame);
    else if (type === 'ping') this.send('{"type":"pong"}');
    else if (type === 'welcome') this.welcome(frame);
    else if (type === 'expiring') client.renew();
    else if (type === 'goodbye') this.goodbye = frame.reconnectAfter;
    else if (type === 'error') report(new RealtimeError(code, message));
  }

  /** @param {any} frame */
  welcome({ resume, heartbeat, frameSize }) {
    this.welcomed = Date.now();
    this.resume = resume;
    client.resume ??= resume;
    client.heartbeat = heartbeat;
    client.frameSize = frameSize;
    client.watch();
  }
}

export const client = new Client();

/** Refusals that pass: the subscription tries again. */
export const PASSING = ['rate-limited', 'unavailable', 'timeout', 'internal', 'already-subscribed'];

/** @type {Record<number, any>} */
const ENDS = { 4400: 'bad-request', 4401: 'unauthenticated', 4403: 'forbidden', 4409: 'taken-over' };

/** …/realtime for …/realtime/connection.js, and /realtime where a bundler has moved it. */
function address() {
  const home = /^http.*(?=\/connection\.js)/.exec(import.meta.url)?.[0];
  try {
    return new URL(settings.url ?? home ?? '/realtime', globalThis.location?.href).href.replace(/^http/, 'ws');
  } catch {
    throw new RealtimeError('not-configured', 'The address of the server is missing: configureRealtime({ url })');
  }
}

// The resume token is in the storage of the tab only from one page to the next: a duplicate of the tab gets a copy of
// the storage, and of two pages with one token each closes the socket of the other.

/** @returns {string | undefined} */
function takeToken() {
  try {
    const [time, token] = JSON.parse(sessionStorage.getItem(address()) ?? '[]');
    sessionStorage.removeItem(address());
    if (Date.now() - time < 60_000) return token;
  } catch {} // no storage, or not allowed
}

/** @param {string | undefined} token */
function keepToken(token) {
  try {
    if (token) sessionStorage.setItem(address(), JSON.stringify([Date.now(), token]));
  } catch {} // as above
}

/**
 * The rule of the server, in its words.
 *
 * @param {unknown} name
 */
function checkChannel(name) {
  let shown = '';
  let fault = 'it is not a string';
  if (typeof name === 'string') {
    const bad = name.search(/[^\w.:/@%+~-]/) + 1;
    const start = name.slice(0, 60).replace(/[^ -~]|["\\]/g, (unit) => {
      return '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0');
    });
    shown = ` "${start}${name.length > 60 ? '…' : ''}"`;
    if (!name) fault = 'it is empty';
    else if (name.length > 200) fault = 'it is longer than 200 characters';
    else if (bad) fault = `character ${bad} is not one of A-Z a-z 0-9 _ - . : / @ % + ~`;
    else return;
  }
  throw new RealtimeError('invalid-channel', `Invalid channel name${shown}: ${fault}`);
}

export function jitter(attempt = 0) {
  return Math.random() * Math.min(20_000, 500 * 2 ** attempt);
}

export function bytes(text = '') {
  return new TextEncoder().encode(text).length;
}

/** @param {unknown} error */
export function report(error) {
  (globalThis.reportError ?? console.error)(error);
}
