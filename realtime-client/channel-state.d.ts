/** @import {Position, ShownValue, StateStatus} from './types.js' */
/** @type {Map<string, ChannelState>} */
export const channels: Map<string, ChannelState>;
/** What the server has stored, as far as it is known, with the writes of this page on top. */
export class ChannelState {
    /** @param {string} channel */
    constructor(channel: string);
    known: boolean;
    /** Publications since the page was rendered have yet to arrive. */
    catchingUp: boolean;
    offline: boolean;
    top: number;
    timer: number;
    attempts: number;
    /**
     * Each key with the offset up to which it is known: beyond the position if a reply has overtaken its publication. A
     * removed key is kept until then.
     *
     * @type {Map<string, { value: any, offset: number }>}
     */
    stored: Map<string, {
        value: any;
        offset: number;
    }>;
    /** @type {Map<string, ShownValue>} */ shown: Map<string, ShownValue>;
    /** Of all keys. @type {Set<any>} */ watchers: Set<any>;
    /** @type {any[]} */ buffered: any[];
    /** @type {any} */ position: any;
    /** @type {object | undefined} */ fetching: object | undefined;
    /** @type {RealtimeError | undefined} */ error: RealtimeError | undefined;
    keys: ResolvedKeys;
    writes: WriteQueue;
    channel: string;
    subscription: import("./types.js").ChannelSubscription;
    get subscribeOptions(): {
        state: boolean;
        keys: string[];
    };
    /** Whether writes may be sent: the page knows all that was stored before it subscribed. */
    get ready(): boolean;
    /** @param {string} key */
    open(key: string): ShownValue;
    release(): void;
    close(): void;
    /**
     * The reply has no state if all that was missed follows. If no state is known or rendered, because another listener has
     * subscribed the channel, it is fetched.
     *
     * @param {Position} top @param {boolean} recovered @param {any} [reply]
     */
    subscribed(top: Position, recovered: boolean, reply?: any): void;
    /** A snapshot may include publications that arrive while it is fetched. */
    fetchSnapshot(): Promise<void>;
    /** @param {Position} top @param {Record<string, any>} state @param {any[]} buffered */
    replace({ epoch, offset }: Position, state: Record<string, any>, buffered?: any[]): void;
    /** @param {any} frame */
    receive(frame: any): void;
    /** @param {string} name @param {any} value @param {number} offset */
    store(name: string, value: any, offset: number): void;
    proceed(): void;
    retry(): void;
    /** All channels share the rate limit. */
    rateLimited(): void;
    /** @param {number} delay */
    retryAfter(delay: number): void;
    interrupted(): void;
    /** @param {RealtimeError} error */
    ended(error: RealtimeError): void;
    /** @param {RealtimeError} error */
    failed(error: RealtimeError): void;
    /** @param {string} key @returns {StateStatus} */
    statusOf(key: string): StateStatus;
    /** @param {string} key */
    storedAt(key: string): {
        value: any;
        offset: number;
    } | undefined;
    /** @param {string} key */
    value(key: string): any;
    /** Applications get copies, all up to date before the first listener is called. @param {string[]} [changed] */
    notify(changed?: string[]): void;
}
/** A command names no more keys. */
export const MAX_KEYS: 100;
/** An application may resolve keys: one key then means another for each client. */
export class ResolvedKeys {
    /** @param {ChannelState} state */
    constructor(state: ChannelState);
    /** By key, null if it is refused; undefined if none is resolved. @type {Map<string, string | null> | undefined} */
    names: Map<string, string | null> | undefined;
    requesting: boolean;
    state: ChannelState;
    /** @param {string} key */
    nameOf(key: string): string;
    /** @param {Record<string, string | null>} keys */
    add(keys: Record<string, string | null>): void;
    /** Requests the keys that were opened after the subscribe, with their values. */
    request(): Promise<void>;
}
import type { ShownValue } from './types.js';
import { RealtimeError } from './errors.js';
import { WriteQueue } from './write-queue.js';
import type { Position } from './types.js';
import type { StateStatus } from './types.js';
