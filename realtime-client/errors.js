/** `code` is one of the protocol, or `disconnected`, `disposed`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
  name = 'RealtimeError';

  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @param {unknown} error */
export function report(error) {
  (globalThis.reportError ?? console.error)(error);
}

/** An error of the application must not stop the client. @param {() => void} callback */
export function callSafely(callback) {
  try {
    callback();
  } catch (error) {
    report(error);
  }
}

/** The same command may succeed a moment later. */
export const TRANSIENT = ['rate-limited', 'unavailable', 'timeout', 'internal', 'already-subscribed'];

export function backoff(attempt = 0) {
  return Math.random() * Math.min(20_000, 500 * 2 ** attempt);
}

/** Cannot be guessed: the server carries out a command once for each key. */
export function idempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
