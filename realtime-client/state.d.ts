/**
 * Shares a value with all who have the same key of the same channel. Throws where either is not a name.
 *
 * @template [Value=any]
 * @param {StateOptions<Value>} options
 * @returns {SyncedState<Value>}
 */
export function syncedState<Value = any>(options: StateOptions<Value>): SyncedState<Value>;
/** Cannot be guessed: what has the same counts as the same. */
export function intent(): string;
/** @type {Map<string, ChannelState>} */
export const channels: Map<string, ChannelState>;
/** One channel, for all its states: what is stored, as far as known, and on top of it the own writes. */
export class ChannelState {
    /** @param {string} channel */
    constructor(channel: string);
    known: boolean;
    /** What has changed since the page was rendered has yet to come. */
    behind: boolean;
    offline: boolean;
    top: number;
    timer: number;
    attempts: number;
    /** So many may be under way: more with each ack, since what the server takes is for all that a page does. */
    window: number;
    /**
     * Each key with the offset up to which it is known: beyond the position where a reply overtook its publication, and
     * then without a value where the key is gone.
     *
     * @type {Map<string, { value: any, offset: number }>}
     */
    stored: Map<string, {
        value: any;
        offset: number;
    }>;
    /** @type {Write[]} in the order of the calls */ writes: Write[];
    /** @type {Map<string, { states: Set<State>, text?: string, value?: any }>} */ shown: Map<string, {
        states: Set<State>;
        text?: string;
        value?: any;
    }>;
    /** @type {Set<any>} of all keys */ watchers: Set<any>;
    /** @type {any[]} */ early: any[];
    /** @type {any} */ position: any;
    /** @type {object | undefined} */ fetching: object | undefined;
    /**
     * Where the application resolves keys: by each the one that is meant, null where it is refused. No other is looked up
     * before.
     *
     * @type {Map<string, string | null> | undefined}
     */
    names: Map<string, string | null> | undefined;
    asking: boolean;
    /** @type {RealtimeError | undefined} */ error: RealtimeError | undefined;
    channel: string;
    subscription: import("./types.js").ChannelSubscription;
    get asks(): {
        state: boolean;
        keys: string[];
    };
    /** @param {string} key */
    open(key: string): {
        states: Set<State>;
        text?: string;
        value?: any;
    };
    /** @param {string} key the key that is meant */
    name(key: string): string;
    /** @param {Record<string, string | null>} keys */
    learnNames(keys: Record<string, string | null>): void;
    /** Asks what keys mean that were not there when the channel was subscribed; the server may have to load them. */
    lookUp(): Promise<void>;
    /** Leaves the channel where nothing is shown of it, and nothing waits. */
    rest(): void;
    close(): void;
    /**
     * There is no state where all that was missed follows, which is enough for what is known or rendered. Where nothing
     * is, because the channel was subscribed for somebody else, it is fetched.
     *
     * @param {Position} top @param {boolean} recovered @param {any} [reply]
     */
    subscribed(top: Position, recovered: boolean, reply?: any): void;
    /** What has come before is in the snapshot. What comes meanwhile may be, or not. */
    fetch(): Promise<void>;
    /** @param {Position} top @param {Record<string, any>} state @param {any[]} early */
    replace({ epoch, offset }: Position, state: Record<string, any>, early?: any[]): void;
    /** @param {any} frame */
    receive(frame: any): void;
    /** @param {string} key @param {any} value @param {number} offset */
    learn(key: string, value: any, offset: number): void;
    /** @param {Write} write */
    write(write: Write): void;
    /**
     * Sends what may be sent. An `update` goes when all before it on its key is settled, and all behind it waits. Of what
     * is sent, one may be refused for the moment and the next may not: an `increment` waits for what would undo it.
     */
    flush(): void;
    /** @param {Write} write */
    send(write: Write): Promise<void>;
    /** @param {Write} write @param {any} reply */
    answered(write: Write, { type, code, message, offset, value, current }: any): void;
    /**
     * What was refused for the moment and is overtaken by what was to overwrite it counts as overwritten. Where it turns
     * out too late, what was to overwrite it has to do so once more.
     *
     * @param {Write | undefined} write @param {any} value @param {number} offset
     */
    accept(write: Write | undefined, value: any, offset: number): void;
    /** @param {Write} write @param {unknown} error */
    refuse(write: Write, error: unknown): void;
    /** @param {Write[]} settled */
    settle(settled: Write[]): void;
    /** @param {number} delay */
    wait(delay: number): void;
    interrupted(): void;
    /** @param {RealtimeError} error */
    ended(error: RealtimeError): void;
    /** @param {string} _handler @param {RealtimeError} error */
    call(_handler: string, error: RealtimeError): void;
    /** Is for connections. */
    disconnect(): void;
    /** @param {Write} write @param {string} key */
    same(write: Write, key: string): boolean;
    /** @param {string} key @returns {StateStatus} */
    statusOf(key: string): StateStatus;
    /** @param {string} key */
    value(key: string): any;
    /**
     * All that is shown is a copy, so that a page may change it, and up to date before anybody is told.
     *
     * @param {string[]} [some]
     */
    show(some?: string[]): void;
}
import type { StateOptions } from './types.js';
import type { SyncedState } from './types.js';
import type { Write } from './types.js';
/** What an application holds as its `SyncedState`. */
declare class State {
    /** @param {StateOptions} options */
    constructor(options: StateOptions);
    get value(): any;
    get status(): StateStatus;
    get error(): RealtimeError | undefined;
    subscribe(listener: (value: any, status: StateStatus) => void, options?: {
        status?: boolean;
    }): () => void;
    /** @param {any} value */
    set(value: any): Promise<any>;
    /** @param {(value: any) => any} fn */
    update(fn: (value: any) => any): Promise<any>;
    increment(by?: number): Promise<any>;
    remove(): Promise<any>;
    dispose(): void;
    changed(): void;
    /** @param {any} error */
    refused(error: any): void;
    #private;
}
import { RealtimeError } from './connection.js';
import type { Position } from './types.js';
import type { StateStatus } from './types.js';
export {};
