package io.github.realtime;

/**
 * A client is gone. Published on the instance it is connected to.
 *
 * @param client the client
 * @since 0.1.0
 */
public record ClientDisconnectedEvent(RealtimeClient client) {

}
