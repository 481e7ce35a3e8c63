package io.github.realtime.protocol;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeInfo.Id;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What the server says to one client. Publications are not among these: their lines are
 * made once for all subscribers.
 *
 * @since 0.1.0
 */
@JsonTypeInfo(use = Id.NAME, property = "type")
@JsonInclude(Include.NON_NULL)
public sealed interface Frame {

	/**
	 * Encodes this frame.
	 * @return its line
	 */
	default Line line() {
		return Line.of(Json.MAPPER.writeValueAsString(this));
	}

	/**
	 * The first frame on a socket.
	 *
	 * @param clientId the client's id
	 * @param resume the token with which a later socket gets the same id
	 * @param heartbeat after how many milliseconds of silence the server pings
	 * @param frameSize the largest frame taken, in bytes
	 */
	@JsonTypeName("welcome")
	record Welcome(String clientId, String resume, long heartbeat, int frameSize) implements Frame {

	}

	/**
	 * The reply to {@link Command.Resume}.
	 *
	 * @param id the command's number
	 * @param clientId the earlier client id
	 */
	@JsonTypeName("resumed")
	record Resumed(long id, String clientId) implements Frame {

	}

	/**
	 * The reply to {@link Command.Authenticate}.
	 *
	 * @param id the command's number
	 * @param user the name of the user
	 * @param clientId the client's id from now on
	 * @param expiresIn for how many milliseconds, or {@code null} if there is no end
	 */
	@JsonTypeName("authenticated")
	record Authenticated(long id, String user, String clientId, @Nullable Long expiresIn) implements Frame {

	}

	/**
	 * A warning that the client will be closed unless it authenticates again.
	 *
	 * @param expiresIn in how many milliseconds
	 */
	@JsonTypeName("expiring")
	record Expiring(long expiresIn) implements Frame {

	}

	/**
	 * A question whether the client is still there.
	 */
	@JsonTypeName("ping")
	record Ping() implements Frame {

	}

	/**
	 * The announcement of a planned stop.
	 *
	 * @param reconnectAfter when to come back, in milliseconds
	 */
	@JsonTypeName("goodbye")
	record Goodbye(long reconnectAfter) implements Frame {

	}

	/**
	 * The reply to {@link Command.Subscribe}.
	 *
	 * @param id the command's number
	 * @param channel the channel
	 * @param epoch the channel's epoch
	 * @param offset the channel's top at this moment
	 * @param recovered whether everything after the client's position follows;
	 * {@code null} if it named none
	 * @param state the state at this moment, as JSON, if it was asked for and is needed
	 * @param keys by each key that was asked for the one it means for this client,
	 * {@code null} if it may not use it; {@code null} where no key means another
	 * @param members the first members of the channel, as JSON, if they were asked for
	 * @param count how many there are in all
	 * @param next the client id behind which the next part begins, if there is one
	 */
	@JsonTypeName("subscribed")
	record Subscribed(long id, String channel, String epoch, long offset, @Nullable Boolean recovered,
			@JsonRawValue @Nullable String state, @Nullable Map<String, @Nullable String> keys,
			@JsonRawValue @Nullable String members, @Nullable Long count, @Nullable String next) implements Frame {

	}

	/**
	 * The reply to {@link Command.Unsubscribe}, or the end of a subscription that the
	 * server decided.
	 *
	 * @param id the command's number, or {@code null} if the server decided
	 * @param channel the channel
	 * @param code why the server decided, or {@code null} for a reply
	 */
	@JsonTypeName("unsubscribed")
	record Unsubscribed(@Nullable Long id, String channel, @Nullable String code) implements Frame {

		/**
		 * Tells the client to subscribe again from its last position.
		 * @param channel the channel
		 * @return the frame
		 */
		public static Unsubscribed resync(String channel) {
			return new Unsubscribed(null, channel, "resync");
		}

		/**
		 * Tells the client that it may not be subscribed any more.
		 * @param channel the channel
		 * @return the frame
		 */
		public static Unsubscribed forbidden(String channel) {
			return new Unsubscribed(null, channel, ErrorCode.FORBIDDEN.code());
		}

	}

	/**
	 * The reply to {@link Command.Publish}.
	 *
	 * @param id the command's number
	 * @param offset the offset that the message got
	 */
	@JsonTypeName("published")
	record Published(long id, long offset) implements Frame {

	}

	/**
	 * The reply to {@link Command.Snapshot}.
	 *
	 * @param id the command's number
	 * @param channel the channel
	 * @param epoch the channel's epoch
	 * @param offset the offset up to which publications are in the state
	 * @param state the state, as JSON
	 * @param keys see {@link Subscribed}
	 */
	@JsonTypeName("snapshot")
	record Snapshot(long id, String channel, String epoch, long offset, @JsonRawValue String state,
			@Nullable Map<String, @Nullable String> keys) implements Frame {

	}

	/**
	 * Who is on a channel: the reply to {@link Command.Presence}, or all that is to be
	 * forgotten and learned anew after changes were lost.
	 *
	 * @param id the command's number, or {@code null} if the server decided
	 * @param channel the channel
	 * @param members a part of the members, as JSON
	 * @param count how many there are in all
	 * @param next the client id behind which the next part begins, if there is one
	 */
	@JsonTypeName("members")
	record Members(@Nullable Long id, String channel, @JsonRawValue String members, long count,
			@Nullable String next) implements Frame {

	}

	/**
	 * The reply to a {@link Command.Write} that was carried out.
	 *
	 * @param id the command's number
	 * @param offset the offset of the change
	 * @param value the value as it is stored, as JSON; {@code null} if there is none now
	 * @param key the key, if the client named it by another
	 */
	@JsonTypeName("ack")
	record Ack(long id, long offset, @JsonRawValue @Nullable String value, @Nullable String key) implements Frame {

	}

	/**
	 * A value that is there.
	 *
	 * @param value the value, as JSON
	 */
	record Current(@JsonRawValue String value) {

	}

	/**
	 * Stands in for a publication that is withheld from this client.
	 *
	 * @param channel the channel
	 * @param offset the offset up to which everything counts as seen
	 */
	@JsonTypeName("position")
	record Position(String channel, long offset) implements Frame {

	}

	/**
	 * The reply to a command that failed or was refused. What comes after the message is
	 * there for some commands only.
	 *
	 * @param id the command's number, or {@code null} if none could be read
	 * @param code one of {@link ErrorCode}, or a code of the application
	 * @param message what was wrong, in the client's terms
	 * @param current for a {@link Command.Write} that expected something else, the value
	 * that is there; {@code null} if there is none
	 * @param offset for such a {@link Command.Write}, the offset of the last change of
	 * that value; 0 if there is none
	 * @param errors for a {@link Command.Call}, what is wrong with which field of the
	 * payload
	 * @param begun for a {@link Command.Call}, {@code true} if the action was begun
	 * although a client would conclude from the code that it was not
	 */
	@JsonTypeName("error")
	record Error(@Nullable Long id, String code, String message, @Nullable Current current, @Nullable Long offset,
			@Nullable List<FieldError> errors, @Nullable Boolean begun) implements Frame {

		/**
		 * Creates an error with a code of the application.
		 * @param id the command's number
		 * @param code the application's code
		 * @param message what was wrong, in the client's terms
		 */
		public Error(@Nullable Long id, String code, String message) {
			this(id, code, message, null, null, null, null);
		}

		/**
		 * Creates an error with a code of the protocol.
		 * @param id the command's number, or {@code null} if none could be read
		 * @param code the code
		 * @param message what was wrong, in the client's terms
		 */
		public Error(@Nullable Long id, ErrorCode code, String message) {
			this(id, code.code(), message);
		}

		/**
		 * Creates the reply to a {@link Command.Write} that expected something else.
		 * @param id the command's number
		 * @param message what was wrong, in the client's terms
		 * @param current the value that is there, or {@code null} if there is none
		 * @param offset the offset of its last change; 0 if there is none
		 * @return the frame
		 */
		public static Error conflict(long id, String message, @Nullable Current current, long offset) {
			return new Error(id, ErrorCode.CONFLICT.code(), message, current, offset, null, null);
		}

		/**
		 * Creates the reply to a {@link Command.Call} that failed.
		 * @param id the command's number
		 * @param code one of {@link ErrorCode}, or a code of the application
		 * @param message what was wrong, in the client's terms
		 * @param errors what is wrong with which field of the payload, or {@code null}
		 * @param begun {@code true} if the action was begun although a client would
		 * conclude from the code that it was not; {@code null} otherwise
		 * @return the frame
		 */
		public static Error call(long id, String code, String message, @Nullable List<FieldError> errors,
				@Nullable Boolean begun) {
			return new Error(id, code, message, null, null, errors, begun);
		}

	}

	/**
	 * The reply to a {@link Command.Call} that succeeded.
	 *
	 * @param id the command's number
	 * @param data what the action returned, as JSON
	 * @param rendered the keys of the views that became another by it, or {@code null} if
	 * there are none
	 */
	@JsonTypeName("result")
	record Result(long id, @JsonRawValue String data, @Nullable List<String> rendered) implements Frame {

	}

	/**
	 * What is wrong with one field.
	 *
	 * @param field such as {@code lines[0].text}; empty for the payload as a whole
	 * @param message what is wrong with it
	 */
	record FieldError(String field, String message) {

	}

}
