package io.github.realtime.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: one line of an inbound frame.
 *
 * @since 0.1.0
 */
public sealed interface Command {

	/**
	 * Returns the number that the reply repeats.
	 * @return a positive number of the client's choice, or 0 for a {@link Pong}
	 */
	long id();

	/**
	 * The answer to a ping.
	 */
	record Pong() implements Command {

		@Override
		public long id() {
			return 0;
		}

	}

	/**
	 * A client that was here before asks for its earlier client id.
	 *
	 * @param id the command's number
	 * @param token the {@code resume} of an earlier welcome
	 */
	record Resume(long id, String token) implements Command {

	}

	/**
	 * A client shows a token.
	 *
	 * @param id the command's number
	 * @param token what the application's authenticator takes
	 */
	record Authenticate(long id, String token) implements Command {

		@Override
		public String toString() {
			// Not the token
			return "Authenticate[id=" + this.id + "]";
		}

	}

	/**
	 * A client wants the publications of a channel.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 * @param since the last position seen, if there is one to resume from
	 * @param state whether the channel's state is wanted
	 * @param keys of which values the client wants to know under which keys they are
	 * @param presence whether the client wants to know who is on the channel
	 */
	record Subscribe(long id, String channel, @Nullable Since since, boolean state, List<String> keys,
			boolean presence) implements Command {

	}

	/**
	 * A client does not want the publications of a channel any more.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 */
	record Unsubscribe(long id, String channel) implements Command {

	}

	/**
	 * A client sends a message.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 * @param data the message, as the client wrote it but for white space
	 * @param op names the intent, if it may be sent again, 1 to 64 characters
	 */
	record Publish(long id, String channel, Line data, @Nullable String op) implements Command {

	}

	/**
	 * A subscriber wants to know who is on a channel.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 * @param after the client id behind which to read on, or {@code null} to begin
	 */
	record Presence(long id, String channel, @Nullable String after) implements Command {

	}

	/**
	 * A subscriber wants the channel's state.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 * @param keys see {@link Subscribe}; if there are any, these values alone are wanted
	 */
	record Snapshot(long id, String channel, List<String> keys) implements Command {

	}

	/**
	 * A client changes a channel's state: {@code set}, {@code increment} or
	 * {@code remove}.
	 *
	 * @param id the command's number
	 * @param channel a valid channel name
	 * @param key a valid key
	 * @param edit what to do with what is there
	 * @param expect the offset after which the key must not have changed; 0 if it has to
	 * be absent; {@code null} if it does not matter
	 * @param op names the intent, so that it may be sent again
	 */
	record Write(long id, String channel, String key, Edit edit, @Nullable Long expect,
			@Nullable String op) implements Command {

	}

	/**
	 * What a {@link Write} does with a key.
	 */
	sealed interface Edit {

	}

	/**
	 * Stores a value.
	 *
	 * @param value the value, as JSON
	 */
	record Put(Line value) implements Edit {

	}

	/**
	 * Adds to a number.
	 *
	 * @param by how much
	 */
	record Add(double by) implements Edit {

	}

	/**
	 * Removes what is there.
	 */
	record Delete() implements Edit {

	}

	/**
	 * A client calls an action.
	 *
	 * @param id the command's number
	 * @param action the name of the action
	 * @param data the payload, as JSON
	 * @param view the key of the page it is called from, if that has one; the client's
	 * word
	 * @param op names the intent, if it may be sent again, 1 to 64 characters
	 */
	record Call(long id, String action, Line data, @Nullable String view, @Nullable String op) implements Command {

	}

	/**
	 * A position as a client names it.
	 *
	 * @param epoch the epoch, 1 to 64 characters
	 * @param offset the offset, not negative
	 */
	record Since(String epoch, long offset) {

	}

}
