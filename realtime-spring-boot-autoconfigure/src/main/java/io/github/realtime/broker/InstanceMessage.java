package io.github.realtime.broker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeInfo.Id;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What one instance tells all instances.
 *
 * @since 0.1.0
 * @see Broker#tell(InstanceMessage)
 */
@JsonTypeInfo(use = Id.NAME, property = "type")
@JsonSubTypes({ @JsonSubTypes.Type(InstanceMessage.TakeOver.class), @JsonSubTypes.Type(InstanceMessage.Direct.class),
		@JsonSubTypes.Type(InstanceMessage.Disconnect.class), @JsonSubTypes.Type(InstanceMessage.Unsubscribe.class) })
public sealed interface InstanceMessage {

	/**
	 * A client has come back on another connection: older ones that bear its id are over.
	 *
	 * @param client the client's id
	 * @param connection names the connection that bears it now
	 */
	@JsonTypeName("take-over")
	record TakeOver(String client, String connection) implements InstanceMessage {

	}

	/**
	 * A line is for all clients of one user.
	 *
	 * @param user the user's name
	 * @param line the line
	 */
	@JsonTypeName("direct")
	record Direct(String user, String line) implements InstanceMessage {

	}

	/**
	 * Clients have to go.
	 *
	 * @param clients which ones
	 * @param reason why, in words for a close frame
	 */
	@JsonTypeName("disconnect")
	record Disconnect(Clients clients, String reason) implements InstanceMessage {

	}

	/**
	 * Clients may not be subscribed to a channel any more.
	 *
	 * @param clients which ones
	 * @param channel the channel
	 */
	@JsonTypeName("unsubscribe")
	record Unsubscribe(Clients clients, String channel) implements InstanceMessage {

	}

	/**
	 * One client, or all of one user.
	 *
	 * @param id the client's id, or {@code null}
	 * @param user the user's name, or {@code null}
	 */
	record Clients(@Nullable String id, @Nullable String user) {

	}

}
