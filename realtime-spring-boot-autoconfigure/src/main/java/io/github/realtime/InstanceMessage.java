package io.github.realtime;

/**
 * What one instance tells all instances.
 *
 * @since 0.1.0
 * @see Broker#tell(InstanceMessage)
 */
public sealed interface InstanceMessage {

	/**
	 * A client has come back on another connection: older ones that bear its id are over.
	 *
	 * @param clientId the client's id
	 * @param connectionId names the connection that bears it now
	 */
	record TakeOver(String clientId, String connectionId) implements InstanceMessage {

	}

}
