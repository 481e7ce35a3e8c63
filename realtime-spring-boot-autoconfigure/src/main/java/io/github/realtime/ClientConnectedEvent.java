package io.github.realtime;

/**
 * A client is connected, under the id that it keeps. Published on the instance it is
 * connected to.
 *
 * @param client the client
 * @since 0.1.0
 */
public record ClientConnectedEvent(RealtimeClient client) {

}
