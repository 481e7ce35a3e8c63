/** @param {unknown} error */
export function report(error: unknown): void;
/** An error of the application must not stop the client. @param {() => void} callback */
export function callSafely(callback: () => void): void;
export function backoff(attempt?: number): number;
/** Cannot be guessed: the server carries out a command once for each key. */
export function idempotencyKey(): string;
/** `code` is one of the protocol, or `disconnected`, `disposed`, `taken-over`, `not-configured`. */
export class RealtimeError extends Error {
    /** @param {string} code @param {string} message */
    constructor(code: string, message: string);
    code: string;
}
/** The same command may succeed a moment later. */
export const TRANSIENT: string[];
