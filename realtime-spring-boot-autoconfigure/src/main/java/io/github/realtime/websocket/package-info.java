/**
 * The Spring WebSocket endpoint: handshake, origin, connections. Internal.
 */
@NullMarked
package io.github.realtime.websocket;

import org.jspecify.annotations.NullMarked;
