/** @import {WatchOptions} from './types.js' */
/**
 * Follows all values of a channel, whatever their keys. To write one, see `syncedState`; what this page writes is told
 * at once. Throws where the channel's name is not one.
 *
 * @template [Value=any]
 * @param {WatchOptions<Value>} options
 * @returns {() => void} ends it
 */
export function watchState<Value = any>(options: WatchOptions<Value>): () => void;
import type { WatchOptions } from './types.js';
