/**
 * Calls an action of the server. Rejects with why it failed, when the connection is lost before there is an answer, and
 * when there is none in time.
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
/** The calls of the page: in the place of a subscription, they are told of the connection and keep it. */
declare class Calls {
    /** @type {Call[]} */ waiting: Call[];
    sent: number;
    window: number;
    timer: number;
    connected: boolean;
    /** The key of the view, if the page is one. @type {string | undefined} */ view: string | undefined;
    /** Of the view: the keys that changed by a call of this page; none where that can't be known. */
    /** @type {(keys?: string[]) => void} */
    rendered: (keys?: string[]) => void;
    /** @param {Call} call */
    add(call: Call): void;
    /** The connection is there. */
    subscribe(): void;
    flush(): void;
    /** @param {Call} call @param {any} reply */
    answered(call: Call, { type, code, message, errors, begun, data, rendered }: any): void;
    /** It was not even begun, and there is time until it has to be. @param {Call} call */
    later(call: Call): void;
    /** @param {Call} call */
    forget(call: Call): void;
    rest(): void;
    interrupted(): void;
    /** @param {RealtimeError} error */
    end(error: RealtimeError): void;
    /** Is for those that listen to a channel. */
    each(): void;
}
import type { Call } from './types.js';
import { RealtimeError } from './connection.js';
export {};
