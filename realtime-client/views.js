// Realtime for Spring Boot: pages that stay fresh. License: Apache-2.0. Protocol: docs/protocol.md.

import { calls } from './actions.js';
import { RealtimeError, client, jitter, join, report } from './connection.js';
import { arrived, rendered } from './cursor.js';
import { morphElement, morphPage, whenFieldsAreLeft } from './morph.js';

/** @import {Position} from './types.js' */
/** @typedef {import('./types.js').View} View */
/** @typedef {import('./types.js').ViewOptions} ViewOptions */

export { call } from './actions.js';

/** Pages that are told at the same moment do not all ask at the same moment, and none asks all the time. */
const SPREAD = 250;
const PAUSE = 300;

/**
 * One that hangs is given up for a newer one, after twice as long each time, or a slow server would never be waited for.
 * Two at the same time would be no help: browsers let the second of one URL wait for the first.
 */
const PATIENCE = 2000;

const HEADER = 'X-Realtime-Client';
const FIELD = '_realtimeClient';

/** @type {LiveView | undefined} */
let current;

/**
 * Keeps this page fresh: joins the channel of its key, and shows what has changed whenever the server renders that. A
 * page has one view. Throws where the key is empty or too long.
 *
 * @param {ViewOptions} [options]
 * @returns {View}
 */
export function initRealtimeClient(options = {}) {
  current?.disconnect();
  return (current = new LiveView(options));
}

/**
 * The rule of the server: what a channel name can't have becomes `%XX`, and what it can, though many write it so, itself.
 *
 * @param {string} path
 */
export function viewKey(path) {
  return path
    .replace(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase())
    .replace(/%(2B|2D|2E|3A|40|5F|7E)/g, decodeURIComponent)
    .replace(/[^\w.:/@%+~-]+/g, (text) => {
      const bytes = [...new TextEncoder().encode(text)];
      return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
    });
}

/** The path within the application, which is where …/realtime/views.js came from, without `;jsessionid=…` and the like. */
function path() {
  const pathname = location.pathname.replace(/;[^/]*/g, '');
  const context = /^https?:\/\/[^/]*(.*)\/realtime\/[^/]*$/.exec(import.meta.url)?.[1];
  return context && pathname.startsWith(`${context}/`) ? pathname.slice(context.length) : pathname;
}

/** What an application holds as its `View`. */
class LiveView {
  /** @type {View['status']} */ status = 'connecting';
  key = '';
  /** @type {Position | undefined} */ position;
  #options;
  /** @type {any} */ #subscription;
  /** @type {AbortController | undefined} */ #fetching;
  /** Whether the server has something that this page does not show, and no fetch is under way that would bring it. */
  #stale;
  /** Whether a call of this page may go on, of whose end it is not told before it is connected again. */
  #unsure = false;
  #timer = 0;
  #fetched = 0;
  #attempts = 0;
  #patience = PATIENCE;
  /** What was pushed since the last fetch began. @type {Map<string, string>} */ #pushed = new Map();

  /** @param {ViewOptions} options */
  constructor(options) {
    this.#options = options;
    const { key = path(), since = rendered(viewKey(key)) } = options;
    this.#join(key, since);
    // A page that comes out of the browser's cache may be old
    const [navigation] = performance.getEntriesByType?.('navigation') ?? [];
    this.#stale = !since && /** @type {any} */ (navigation)?.type === 'back_forward';
    calls.rendered = (keys) => {
      this.#unsure ||= !keys;
      if (!keys || keys.includes(this.key)) this.#request(0);
    };
    whenFieldsAreLeft(() => this.#request());
  }

  get clientId() {
    return client.id;
  }

  /** For `fetch`, so that the server knows which page asks. @returns {Record<string, string>} */
  get headers() {
    return client.resume ? { [HEADER]: client.resume } : {};
  }

  refresh() {
    this.#request(0);
  }

  disconnect() {
    if (this.status === 'disconnected') return;
    this.#leave();
    this.interrupted('disconnected');
    if (current !== this) return;
    current = undefined;
    calls.view = undefined;
    calls.rendered = () => {};
  }

  /** Where the application has gone to another page without loading it. */
  navigated() {
    if (this.#options.key !== undefined || viewKey(path()) === this.key) return;
    this.#leave();
    try {
      this.#join(path());
      this.#stale = true;
    } catch (error) {
      this.ended(/** @type {RealtimeError} */ (error));
    }
  }

  /** @param {string} key @param {Position} [since] */
  #join(key, since) {
    this.key = viewKey(key);
    this.position = since && { ...since };
    this.#subscription = join(this.key, this);
    this.status = 'connecting';
    calls.view = this.key;
  }

  #leave() {
    this.#fetching?.abort();
    this.#ended();
    this.#subscription.leave(this, () => {});
  }

  /** @param {Position} top @param {boolean} recovered */
  subscribed(top, recovered) {
    const { position } = this;
    const moved = position && (position.epoch !== top.epoch || (!recovered && position.offset !== top.offset));
    if (!position || moved) this.position = { ...top };
    this.status = 'connected';
    arrived(this.key);
    if (moved || this.#unsure || (this.#stale && !this.#timer)) this.#request();
    this.#unsure = false;
  }

  /** @param {any} frame */
  receive({ type, offset, target, html }) {
    const position = /** @type {Position} */ (this.position);
    if (offset <= position.offset) return;
    if (offset) position.offset = offset;
    if (type === 'refresh') this.#request();
    else if (type === 'html') this.#push(target, html);
  }

  /** @param {View['status']} status */
  interrupted(status = 'connecting') {
    this.status = status;
  }

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.interrupted('disconnected');
    if (error) this.call('onError', error);
  }

  /** @param {string} handler @param {any[]} args */
  call(handler, ...args) {
    try {
      /** @type {any} */ (this.#options)[handler]?.(...args);
    } catch (error) {
      report(error);
    }
  }

  /** Requests while one waits are one, and while one is under way, one follows. */
  #request(delay = Math.random() * SPREAD) {
    this.#stale = true;
    if (this.status === 'disconnected' || (this.#timer && (delay || this.#fetching))) return;
    this.#later(Math.max(delay, this.#fetched + (this.#fetching ? this.#patience : PAUSE) - Date.now()));
  }

  /** @param {number} delay */
  #later(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), delay);
  }

  async #fetch() {
    if (this.#fetching) this.#patience *= 2;
    this.#fetching?.abort();
    const fetching = (this.#fetching = new AbortController());
    const url = location.pathname + location.search;
    this.#timer = 0;
    this.#stale = false;
    this.#pushed.clear();
    this.#fetched = Date.now();
    try {
      const response = await fetch(url, {
        headers: { Accept: 'text/html', 'X-Realtime-Refresh': 'true' },
        cache: 'no-store',
        redirect: 'manual',
        signal: fetching.signal,
      });
      const html = await this.#read(response);
      if (fetching !== this.#fetching) return;
      this.#ended();
      this.#attempts = 0;
      this.#patience = Math.max(PATIENCE, 2 * (Date.now() - this.#fetched));
      if (url !== location.pathname + location.search) this.#stale = true;
      else if (html !== undefined) this.#show(() => this.#become(html));
      if (this.#stale) this.#request();
    } catch {
      if (fetching !== this.#fetching) return;
      this.#ended();
      this.#stale = true; // the network failed
      if (this.status === 'connected') this.#later(jitter(this.#attempts++));
    }
  }

  /** Fetched while something was pushed it may be older than that. @param {string} html */
  #become(html) {
    morphPage(html);
    this.#pushed.forEach((pushed, target) => {
      const element = find(target);
      if (element) morphElement(element, pushed);
    });
  }

  /** Nothing of it is waited for any more. */
  #ended() {
    this.#fetching = undefined;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** What the page is to become, if it is to. @param {Response} response @returns {Promise<string | undefined>} */
  async #read(response) {
    try {
      if ((await this.#options.handleResponse?.(response)) === false) return undefined;
    } catch (error) {
      report(error);
      return undefined;
    }
    if (response.type === 'opaqueredirect') location.reload(); // the browser follows it
    const html = /^text\/html\b/i.test(response.headers.get('Content-Type') ?? '');
    return response.ok && html && !response.bodyUsed ? response.text() : undefined;
  }

  /** @param {string} target @param {string} html */
  #push(target, html) {
    const element = find(target);
    if (this.#fetching) this.#pushed.set(target, html);
    if (element) this.#show(() => morphElement(element, html));
    else this.#request();
  }

  /** @param {() => void} morph */
  #show(morph) {
    try {
      morph();
      this.call('onRefresh');
    } catch (error) {
      report(error);
    }
  }
}

/** @param {string} selector */
function find(selector) {
  try {
    return document.querySelector(selector);
  } catch {} // not one that this browser knows
}

for (const name of /** @type {const} */ (['pushState', 'replaceState'])) {
  const { history } = globalThis;
  const original = history?.[name];
  if (!original) continue;
  history[name] = function (...args) {
    original.apply(this, args);
    current?.navigated();
  };
}
globalThis.addEventListener?.('popstate', () => current?.navigated());

/** The button by which a form was last sent: it may send it elsewhere. @type {any} */
let submitter;

// A form that goes to the server says which page it comes from
globalThis.addEventListener?.('submit', (event) => (submitter = /** @type {any} */ (event).submitter), true);
globalThis.addEventListener?.('formdata', (event) => {
  const { target, formData } = /** @type {any} */ (event);
  const button = submitter?.form === target ? submitter : undefined;
  if (current && client.resume && staysHere(target, 'action', 'method') && (!button || staysHere(button, 'formaction', 'formmethod', 'post')))
    formData.set(FIELD, client.resume);
});

/** @param {Element} element @param {string} action @param {string} method @param {string} [otherwise] */
function staysHere(element, action, method, otherwise) {
  const address = element.getAttribute(action); // an empty one is the page's own, whatever its <base> says
  const url = address ? new URL(address, document.baseURI) : location;
  return (element.getAttribute(method) ?? otherwise)?.toLowerCase() === 'post' && url.origin === location.origin;
}
