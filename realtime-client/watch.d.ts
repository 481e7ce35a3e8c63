/** @import {WatchOptions} from './types.js' */
/**
 * Watches all values of a channel, whatever their keys. To write one, see `syncedState`; writes of this page are shown
 * immediately. Throws if the name of the channel is invalid.
 *
 * @template [Value=any]
 * @param {WatchOptions<Value>} options
 * @returns {() => void} stops watching
 */
export function watchState<Value = any>(options: WatchOptions<Value>): () => void;
import type { WatchOptions } from './types.js';
