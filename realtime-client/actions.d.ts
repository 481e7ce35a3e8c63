/**
 * Calls an action of the server. Rejects if it fails, if the connection is lost before there is a reply, and if there is
 * none in time.
 *
 * @template [Result=any]
 * @param {string} action
 * @param {any} [data]
 * @param {CallOptions} [options]
 * @returns {Promise<Result>}
 */
export function call<Result = any>(action: string, data?: any, { op, timeout }?: CallOptions): Promise<Result>;
export const calls: Calls;
export type CallOptions = import("./types.js").CallOptions;
/**
 * The calls of the page. To the session they are one more subscription, without a channel: they keep the socket open, and
 * are notified of it.
 *
 * @implements {SessionSubscription}
 */
declare class Calls implements SessionSubscription {
    /** @type {Call[]} */ waiting: Call[];
    inFlight: number;
    window: number;
    timer: number;
    connected: boolean;
    /** The key of the view, if the page is one. @type {string | undefined} */ view: string | undefined;
    /** Keys that were rendered because of a call, undefined if unknown. @type {(keys?: string[]) => void} */
    onRendered: (keys?: string[]) => void;
    /** @param {Call} call */
    add(call: Call): void;
    /** The socket is open. */
    subscribe(): void;
    flush(): void;
    /** @param {Call} call @param {any} reply */
    answered(call: Call, { type, code, message, errors, begun, data, rendered }: any): void;
    /** The server has not started it. @param {Call} call */
    retry(call: Call): void;
    /** @param {Call} call */
    remove(call: Call): void;
    release(): void;
    interrupted(): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
}
import type { SessionSubscription } from './types.js';
import type { Call } from './types.js';
import { RealtimeError } from './errors.js';
export {};
