package io.github.realtime.session;

import io.github.realtime.RefusedException;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.support.Futures;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Says to a client why a channel could not be read for it.
 */
final class ReadFailure {

	private static final Log logger = LogFactory.getLog(ReadFailure.class);

	private ReadFailure() {
	}

	/**
	 * Makes the reply.
	 * @param id the id of the command
	 * @param channel the channel
	 * @param failure a refusal of the application's, or why the channel can't be reached
	 * @return the reply
	 */
	static Frame.Error of(@Nullable Long id, String channel, Throwable failure) {
		if (Futures.causeOf(failure) instanceof RefusedException refused) {
			return new Frame.Error(id, refused.getCode(), String.valueOf(refused.getMessage()));
		}
		logger.debug("Reading channel '" + channel + "' failed", failure);
		return new Frame.Error(id, ErrorCode.UNAVAILABLE, "The channel can't be reached now, try again");
	}

}
