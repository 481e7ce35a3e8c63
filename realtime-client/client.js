// Realtime for Spring Boot. License: Apache-2.0.

/** @template [T=any] @typedef {import('./types.js').ConnectOptions<T>} ConnectOptions */
/** @typedef {import('./types.js').Connection} Connection */
/** @typedef {import('./types.js').Member} Member */
/** @typedef {import('./types.js').Origin} Origin */
/** @typedef {import('./types.js').Position} Position */
/** @typedef {import('./types.js').Settings} Settings */
/** @template [T=any] @typedef {import('./types.js').StateOptions<T>} StateOptions */
/** @typedef {import('./types.js').StateStatus} StateStatus */
/** @template [T=any] @typedef {import('./types.js').SyncedState<T>} SyncedState */

export * from './actions.js';
export * from './presence.js';
export * from './publish.js';
export { syncedState } from './state.js';
export { RealtimeError, configureRealtime, disconnectRealtime, isRealtimeConnected } from './connection.js';
