package io.github.realtime.session;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.InstanceMessage.Direct;
import io.github.realtime.broker.InstanceMessage.Disconnect;
import io.github.realtime.broker.InstanceMessage.TakeOver;
import io.github.realtime.broker.InstanceMessage.Unsubscribe;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Line;

/**
 * Carries out for this instance's clients what any instance has told all of them.
 */
final class InstanceMessageHandler {

	private final HubClients clients;

	private final HubSubscriptions subscriptions;

	InstanceMessageHandler(HubClients clients, HubSubscriptions subscriptions) {
		this.clients = clients;
		this.subscriptions = subscriptions;
	}

	void handle(InstanceMessage message) {
		if (message instanceof Direct direct) {
			send(direct);
		}
		else if (message instanceof Disconnect disconnect) {
			this.clients.find(disconnect.clients())
				.forEach((client) -> client.disconnect(CloseCode.FORBIDDEN, disconnect.reason()));
		}
		else if (message instanceof Unsubscribe unsubscribe) {
			this.clients.find(unsubscribe.clients()).forEach((client) -> withdraw(client, unsubscribe.channel()));
		}
		else if (message instanceof TakeOver takeOver) {
			takeOver(takeOver);
		}
	}

	private void send(Direct direct) {
		Set<Client> receivers = this.clients.ofUser(direct.user());
		if (!receivers.isEmpty()) {
			Line line = Line.of(direct.line());
			receivers.forEach((client) -> client.send(line));
		}
	}

	private void withdraw(Client client, String channel) {
		client.inOrder(channel, () -> {
			this.subscriptions.withdraw(client, channel);
			return CompletableFuture.completedFuture(null);
		});
	}

	private void takeOver(TakeOver takeOver) {
		Client client = this.clients.get(takeOver.client());
		if (client != null && client.isOverBy(takeOver.connection())) {
			client.disconnect(CloseCode.TAKEN_OVER);
		}
	}

}
