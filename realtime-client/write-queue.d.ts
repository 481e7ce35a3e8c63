/** The writes of this page to one channel, until they are stored or refused. */
export class WriteQueue {
    /** @param {ChannelState} state */
    constructor(state: ChannelState);
    /** In the order of the calls. @type {Write[]} */ pending: Write[];
    /** How many may be in flight: more with each ack, because all commands of a page share a rate limit. */
    window: number;
    state: ChannelState;
    /** @param {Write} write */
    add(write: Write): void;
    /** @param {string} key @param {any} value that is stored */
    valueOf(key: string, value: any): any;
    /**
     * An `update` waits for all earlier writes of its key, and all later writes wait for it. An `increment` waits for
     * writes that would undo it: they may be refused for the moment, and repeated behind it.
     *
     * @returns {void}
     */
    flush(): void;
    /** @param {Write} write */
    send(write: Write): Promise<void>;
    /** @param {Write} write @param {any} reply */
    answered(write: Write, { type, code, message, offset, value, current }: any): void;
    /** A publication may overtake the reply. @param {string} op @param {any} value @param {number} offset */
    published(op: string, value: any, offset: number): void;
    /**
     * Earlier writes that were refused for the moment count as overwritten. Later ones that turn out to be stored before
     * this one are repeated.
     *
     * @param {Write} write @param {any} value @param {number} offset
     */
    accept(write: Write, value: any, offset: number): void;
    /** @param {Write} write @param {unknown} error */
    reject(write: Write, error: unknown): void;
    /** @param {unknown} error */
    rejectAll(error: unknown): void;
    /** @param {Write[]} settled */
    remove(settled: Write[]): void;
    /** @param {Write} write @param {string} key */
    isSame(write: Write, key: string): boolean;
}
import type { Write } from './types.js';
import type { ChannelState } from './channel-state.js';
