package io.github.realtime.protocol;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The codes of {@code error} frames.
 *
 * @since 0.1.0
 */
public enum ErrorCode {

	/** A line or a field that is not what the protocol says. */
	BAD_REQUEST,
	/** A command that the protocol does not have. */
	UNKNOWN_TYPE,
	/** A name that breaks the channel-name rule. */
	INVALID_CHANNEL,
	/** A token that is not accepted, or a command that needs one. */
	UNAUTHENTICATED,
	/** What the application does not allow. */
	FORBIDDEN,
	/** A command that needs a subscription. */
	NOT_SUBSCRIBED,
	/** A second subscribe to one channel on one socket. */
	ALREADY_SUBSCRIBED,
	/** One channel, or one client, too many. */
	LIMIT_EXCEEDED,
	/** Too many commands. */
	RATE_LIMITED,
	/** A message larger than allowed. */
	TOO_LARGE,
	/** A value that is not as the client expects. */
	CONFLICT,
	/** A value that the application, or arithmetic, can't do with. */
	INVALID_DATA,
	/** The broker can't be reached, or did not answer in time. */
	UNAVAILABLE,
	/** The application did not answer in time. */
	TIMEOUT,
	/** A failure of the server. */
	INTERNAL;

	private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * Returns the code as it stands in a frame.
	 * @return such as {@code bad-request}
	 */
	@JsonValue
	public String code() {
		return this.code;
	}

}
