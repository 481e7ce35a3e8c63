// Realtime for Spring Boot: live views, which the server renders again. License: Apache-2.0. Protocol: docs/protocol.md.

import { calls } from './actions.js';
import { subscribe } from './connection.js';
import { markConnected, pageCursor } from './cursor.js';
import { RealtimeError, backoff, callSafely, report } from './errors.js';
import { morphElement, morphPage, onFieldLeft } from './morph.js';
import { session } from './reconnecting-session.js';

/** @import {Position} from './types.js' */

/** @typedef {import('./types.js').View} View */
/** @typedef {import('./types.js').ViewOptions} ViewOptions */

export { call } from './actions.js';

/** Many pages are notified at the same moment: a random delay spreads their fetches. */
const SPREAD = 250;

/** Between two fetches of one page. */
const PAUSE = 300;

/**
 * A fetch that hangs is aborted for a newer one. Each time the timeout doubles, or the page of a slow server would
 * never arrive. Parallel fetches would not help: browsers let the second one of a URL wait for the first.
 */
const FETCH_TIMEOUT = 2000;

const HEADER = 'X-Realtime-Client';
const FIELD = '_realtimeClient';

/** A page has one view. @type {LiveView | undefined} */
let current;

/**
 * Subscribes the page to the channel of its key, and refreshes it whenever the server renders that. A page has one
 * view. Throws if the key is empty or too long.
 *
 * @param {ViewOptions} [options]
 * @returns {View}
 */
export function initRealtimeClient(options = {}) {
  current?.disconnect();
  return (current = new LiveView(options));
}

/** What an application holds as its `View`. */
class LiveView {
  /** @type {View['status']} */ status = 'connecting';
  key = '';
  /** @type {Position | undefined} */ position;
  #options;
  /** @type {any} */ #subscription;
  /** @type {AbortController | undefined} */ #fetching;
  /** The server has newer content, and no fetch is in flight that would bring it. */
  #stale;
  /** A call whose reply was lost may still be running, and may render the page until the next connect. */
  #callLost = false;
  #timer = 0;
  #fetched = 0;
  #attempts = 0;
  #timeout = FETCH_TIMEOUT;
  /** By selector, since the last fetch started. @type {Map<string, string>} */ #pushed = new Map();

  /** @param {ViewOptions} options */
  constructor(options) {
    this.#options = options;
    const { key = pathInApplication(), since = pageCursor(viewKey(key)) } = options;
    this.#join(key, since);
    // The browser may have cached an old page
    const [navigation] = performance.getEntriesByType?.('navigation') ?? [];
    this.#stale = !since && /** @type {any} */ (navigation)?.type === 'back_forward';
    calls.onRendered = (keys) => {
      this.#callLost ||= !keys;
      if (!keys || keys.includes(this.key)) this.#requestFetch(0);
    };
    onFieldLeft(() => this.#requestFetch());
  }

  get clientId() {
    return session.clientId;
  }

  /** @returns {Record<string, string>} */
  get headers() {
    const { resumeToken } = session;
    return resumeToken ? { [HEADER]: resumeToken } : {};
  }

  refresh() {
    this.#requestFetch(0);
  }

  disconnect() {
    if (this.status === 'disconnected') return;
    this.#leave();
    this.interrupted('disconnected');
    if (current !== this) return;
    current = undefined;
    calls.view = undefined;
    calls.onRendered = () => {};
  }

  /** The application may have shown another page without loading it. */
  navigated() {
    if (this.#options.key !== undefined || viewKey(pathInApplication()) === this.key) return;
    this.#leave();
    try {
      this.#join(pathInApplication());
      this.#stale = true;
    } catch (error) {
      this.ended(/** @type {RealtimeError} */ (error));
    }
  }

  /** @param {string} key @param {Position} [since] */
  #join(key, since) {
    this.key = viewKey(key);
    this.position = since && { ...since };
    this.#subscription = subscribe(this.key, this);
    this.status = 'connecting';
    calls.view = this.key;
  }

  #leave() {
    this.#fetching?.abort();
    this.#endFetch();
    this.#subscription.leave(this);
  }

  /** @param {Position} top @param {boolean} recovered */
  subscribed(top, recovered) {
    const { position } = this;
    const changed = position && (position.epoch !== top.epoch || (!recovered && position.offset !== top.offset));
    if (!position || changed) this.position = { ...top };
    this.status = 'connected';
    markConnected(this.key);
    if (changed || this.#callLost || (this.#stale && !this.#timer)) this.#requestFetch();
    this.#callLost = false;
  }

  /** @param {any} frame */
  receive({ type, offset, target, html }) {
    const position = /** @type {Position} */ (this.position);
    if (offset <= position.offset) return;
    if (offset) position.offset = offset;
    if (type === 'refresh') this.#requestFetch();
    else if (type === 'html') this.#push(target, html);
  }

  /** @param {View['status']} status */
  interrupted(status = 'connecting') {
    this.status = status;
  }

  /** @param {RealtimeError} [error] */
  ended(error) {
    this.interrupted('disconnected');
    if (error) this.failed(error);
  }

  /** @param {RealtimeError} error */
  failed(error) {
    callSafely(() => this.#options.onError?.(error));
  }

  /** While a fetch waits, requests have no effect; while one is in flight, another follows. */
  #requestFetch(delay = Math.random() * SPREAD) {
    this.#stale = true;
    if (this.status === 'disconnected' || (this.#timer && (delay || this.#fetching))) return;
    this.#fetchLater(Math.max(delay, this.#fetched + (this.#fetching ? this.#timeout : PAUSE) - Date.now()));
  }

  /** @param {number} delay */
  #fetchLater(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), delay);
  }

  async #fetch() {
    if (this.#fetching) this.#timeout *= 2;
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
      this.#endFetch();
      this.#attempts = 0;
      this.#timeout = Math.max(FETCH_TIMEOUT, 2 * (Date.now() - this.#fetched));
      if (url !== location.pathname + location.search) this.#stale = true;
      else if (html !== undefined) this.#show(() => this.#morphTo(html));
      if (this.#stale) this.#requestFetch();
    } catch {
      if (fetching !== this.#fetching) return;
      this.#endFetch();
      this.#stale = true; // the network failed
      if (this.status === 'connected') this.#fetchLater(backoff(this.#attempts++));
    }
  }

  /** Pushed elements may be newer than the page that was fetched. @param {string} html */
  #morphTo(html) {
    morphPage(html);
    this.#pushed.forEach((pushed, target) => {
      const element = find(target);
      if (element) morphElement(element, pushed);
    });
  }

  #endFetch() {
    this.#fetching = undefined;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Returns the page to show, if any. @param {Response} response @returns {Promise<string | undefined>} */
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
    else this.#requestFetch();
  }

  /** @param {() => void} morph */
  #show(morph) {
    callSafely(() => {
      morph();
      this.#options.onRefresh?.();
    });
  }
}

/** @param {string} selector */
function find(selector) {
  try {
    return document.querySelector(selector);
  } catch {} // this browser does not support it
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

/** The button that submitted a form last, because it may have another address than the form. @type {any} */
let submitter;

// A form that is sent to the server includes the page that it comes from
globalThis.addEventListener?.('submit', (event) => (submitter = /** @type {any} */ (event).submitter), true);
globalThis.addEventListener?.('formdata', (event) => {
  const { target, formData } = /** @type {any} */ (event);
  const { resumeToken } = session;
  if (!current || !resumeToken || !isPostedHere(target, 'action', 'method')) return;
  const button = submitter?.form === target ? submitter : undefined;
  if (!button || isPostedHere(button, 'formaction', 'formmethod', 'post')) formData.set(FIELD, resumeToken);
});

/** @param {Element} element @param {string} action @param {string} method @param {string} [defaultMethod] */
function isPostedHere(element, action, method, defaultMethod) {
  const address = element.getAttribute(action); // an empty one means the page, whatever its <base> is
  const url = address ? new URL(address, document.baseURI) : location;
  return (element.getAttribute(method) ?? defaultMethod)?.toLowerCase() === 'post' && url.origin === location.origin;
}

/**
 * The rule of the server: characters that a channel name cannot have become `%XX`, and escapes of those that it can
 * have become the characters.
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

/** Without `;jsessionid=…` and the context path, which is where …/realtime/view-key.js came from. */
export function pathInApplication() {
  const pathname = location.pathname.replace(/;[^/]*/g, '');
  const context = /^https?:\/\/[^/]*(.*)\/realtime\/[^/]*$/.exec(import.meta.url)?.[1];
  return context && pathname.startsWith(`${context}/`) ? pathname.slice(context.length) : pathname;
}
