// A page without a browser: the client, fresh for every test, with a fake socket, clock, storage and events around it.

import { register } from 'node:module';

register('./fresh-modules.js', import.meta.url);

const nextTask = setImmediate;
let pages = 0;

/** The browser's WebSocket as the client sees it, and the server's end of it as a test does. */
export class FakeWebSocket {
  /** Every command the client sent over this socket. */
  commands = [];
  /** The frames they came in. */
  frames = [];
  readyState = 0;

  constructor(url, protocol) {
    this.url = url;
    this.protocol = protocol;
    FakeWebSocket.sockets.push(this);
  }

  send(frame) {
    if (this.readyState === 0) throw new Error('Still connecting');
    if (this.readyState !== 1) return;
    this.frames.push(frame);
    this.commands.push(...frame.split('\n').map((line) => JSON.parse(line)));
  }

  close() {
    this.readyState = 2;
    this.given = true; // up by the client
  }

  /** The server takes the connection. */
  async accept(welcome = {}) {
    this.readyState = 1;
    this.onopen?.({});
    await settled();
    await this.push({ type: 'welcome', clientId: 'c', resume: 'r', heartbeat: 25_000, frameSize: 65_536, ...welcome });
  }

  /** The server sends these in one frame. */
  async push(...frames) {
    this.onmessage?.({ data: frames.map((frame) => JSON.stringify(frame)).join('\n') });
    await settled();
  }

  /** The server, or something on the way to it, closes. */
  async drop(code = 1006, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
    await settled();
  }

  last(type, channel) {
    return this.commands.findLast((command) => command.type === type && command.channel === channel);
  }

  all(type) {
    return this.commands.filter((command) => command.type === type);
  }

  /** The server answers the last subscribe of a channel, and sends `more` in the same frame. */
  subscribed(channel, reply = {}, ...more) {
    const { id } = this.last('subscribe', channel);
    return this.push({ type: 'subscribed', id, channel, epoch: 'e', offset: 0, ...reply }, ...more);
  }

  unsubscribed(channel) {
    const { id } = this.last('unsubscribe', channel);
    return this.push({ type: 'unsubscribed', id, channel });
  }

  refuse(command, code, message = code) {
    return this.push({ type: 'error', id: command.id, code, message });
  }

  message(channel, offset, data = offset) {
    return this.push({ type: 'message', channel, offset, data });
  }
}

/** What the server answers to a page that fetches itself. */
export function html(text, { status = 200, type = 'text/html;charset=UTF-8' } = {}) {
  return new Response(text, { status, headers: { 'Content-Type': type } });
}

/** All that is due without the clock going on. */
export async function settled() {
  for (let turn = 0; turn < 3; turn++) await new Promise(nextTask);
}

const HOME = 'https://example.org/realtime/client.js';

/** The client with nothing in it yet. */
async function load(home) {
  const search = `?${new URLSearchParams({ home, page: pages++ })}`;
  const module = (name) => import(new URL(`../${name}.js${search}`, import.meta.url));
  const [session, connection, watch, client] = await Promise.all(['reconnecting-session', 'connection', 'watch', 'client'].map(module));
  return { session, connection, watch, client, loadViews: () => module('views') };
}

/**
 * Loads the client into a page; `home` is where it was served, `server` one that answers by itself, `cursors` what the
 * server has written into the page.
 */
export async function page(t, { home = HOME, location, url, storage, random = 0.5, server, elements = {}, cursors = [] } = {}) {
  FakeWebSocket.sockets = [];
  const listeners = new Map();
  const reported = [];
  const set = (name, value) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  };
  set('WebSocket', server?.WebSocket ?? FakeWebSocket);
  set('reportError', (error) => reported.push(error));
  set('addEventListener', (type, listener) => {
    if (!listeners.has(type)) listeners.set(type, new Set());
    listeners.get(type).add(listener);
  });
  set('document', {
    hidden: false,
    readyState: 'interactive',
    querySelector: (selector) => elements[selector] ?? null,
    querySelectorAll: () => cursors.map(({ channel, text, ...cursor }) => {
      return { dataset: { realtimeChannel: channel }, textContent: text ?? JSON.stringify(cursor) };
    }),
  });
  if (location) set('location', new URL(location));
  if (storage) {
    set('sessionStorage', {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => storage.set(key, String(value)),
      removeItem: (key) => storage.delete(key),
    });
  }
  let now = 1_700_000_000_000;
  const timers = new Map();
  let id = 0;
  set('setTimeout', (action, delay) => {
    timers.set(++id, { action, due: now + (delay > 0 ? delay : 0) });
    return id;
  });
  set('clearTimeout', (id) => timers.delete(id));
  t.mock.method(Date, 'now', () => now);
  const dice = t.mock.method(Math, 'random', () => random);

  const { client, session, connection, watch, loadViews } = await load(home);
  if (url) client.configureRealtime({ url });

  return {
    ...client,
    ...watch,
    session,
    connection,
    reported,

    /**
     * A page of the application that is live: `respond` answers its fetches, `fetches` has them, `morphs` what became
     * of the page.
     */
    async live({ path = '/note/42', respond = () => html('fresh'), navigation = 'navigate' } = {}) {
      const fetches = [];
      const morphs = [];
      const location = { pathname: path, search: '', origin: 'https://example.org', reloads: 0 };
      location.reload = () => location.reloads++;
      const go = (state, title, url) => Object.assign(location, { pathname: url.split('?')[0], search: url.split('?')[1] ?? '' });
      set('location', location);
      set('history', { pushState: go, replaceState: go });
      set('morphs', morphs);
      set('fieldsLeft', undefined);
      t.mock.method(performance, 'getEntriesByType', () => [{ type: navigation }]);
      set('fetch', (url, options) => {
        const fetching = { url, options };
        fetches.push(fetching);
        return new Promise((resolve, reject) => {
          options.signal.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
          Promise.resolve(respond(fetching)).then(resolve, reject);
        });
      });
      return { ...(await loadViews()), location, fetches, morphs };
    },

    /** Another page of the same browser. */
    async another() {
      return (await load(home)).client;
    },

    sockets: FakeWebSocket.sockets,
    get socket() {
      return FakeWebSocket.sockets.at(-1);
    },
    dice(value) {
      dice.mock.mockImplementation(() => value);
    },

    /** Lets the clock go on, and runs what is due. */
    async elapse(ms) {
      await settled();
      for (const end = now + ms; ; ) {
        const [id, timer] = [...timers].sort(([, one], [, other]) => one.due - other.due)[0] ?? [];
        if (!timer || timer.due > end) {
          now = end;
          return;
        }
        now = Math.max(now, timer.due);
        timers.delete(id);
        timer.action();
        await settled();
      }
    },

    /** The page sleeps: time passes, and no timer runs. */
    sleep(ms) {
      now += ms;
    },

    get timers() {
      return timers.size;
    },

    /** The browser says that something has happened to the page or the network. */
    async fire(type, event = {}) {
      for (const listener of listeners.get(type) ?? []) {
        if (typeof listener === 'function') listener({ type, ...event });
        else listener.handleEvent({ type, ...event });
      }
      await settled();
    },

    /** Connects, and notes what the handlers are told. */
    connect(channel, options = {}) {
      const log = [];
      const connection = client.connectRealtime({
        channel,
        onConnect: () => log.push('connect'),
        onDisconnect: () => log.push('disconnect'),
        onMessage: (data) => log.push(data),
        onGap: () => log.push('gap'),
        onError: (error) => log.push(`error ${error.code}`),
        ...options,
      });
      connection.log = log;
      return connection;
    },

    /** A page with one subscribed channel on an accepted socket. */
    async connected(channel = 'a', reply = {}, options = {}) {
      const connection = this.connect(channel, options);
      await settled();
      await this.socket.accept();
      await this.socket.subscribed(channel, reply);
      return connection;
    },
  };
}
