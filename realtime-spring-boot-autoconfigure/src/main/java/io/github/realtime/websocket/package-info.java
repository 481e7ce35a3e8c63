/**
 * The Spring WebSocket endpoint: handshake, origin, native session.
 */
@NullMarked
package io.github.realtime.websocket;

import org.jspecify.annotations.NullMarked;
