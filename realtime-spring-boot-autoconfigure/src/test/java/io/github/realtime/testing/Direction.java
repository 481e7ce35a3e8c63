package io.github.realtime.testing;

/**
 * The two ways through a {@link TcpProxy}.
 */
public enum Direction {

	TO_SERVER, TO_CLIENT

}
