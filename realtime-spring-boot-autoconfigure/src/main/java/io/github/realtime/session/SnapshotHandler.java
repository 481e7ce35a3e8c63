package io.github.realtime.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.broker.History;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Sends subscribers the state of a channel.
 */
final class SnapshotHandler implements CommandHandler<Command.Snapshot> {

	private final HubSubscriptions subscriptions;

	private final StateKeys keys;

	/**
	 * Creates a handler.
	 * @param hub where the subscriptions are
	 * @param keys knows what clients mean by their keys
	 */
	SnapshotHandler(Hub hub, StateKeys keys) {
		this.subscriptions = hub.subscriptions();
		this.keys = keys;
	}

	@Override
	public Class<Command.Snapshot> commandType() {
		return Command.Snapshot.class;
	}

	@Override
	public void handle(Client client, Command.Snapshot command) {
		client.inOrder(command.channel(), () -> {
			if (client.subscriptions().get(command.channel()) == null) {
				return refuse(client, command, ErrorCode.NOT_SUBSCRIBED,
						"This socket is not subscribed to the channel");
			}
			return this.keys.read(client, command.channel(), command.keys())
				.<@Nullable Object>thenCompose((keys) -> this.subscriptions
					.snapshot(client, command.channel(), (history) -> snapshot(command, history, keys))
					.thenApply((done) -> null))
				.exceptionally((failure) -> {
					client.reply(ReadFailure.of(command.id(), command.channel(), failure));
					return null;
				});
		});
	}

	private static Frame snapshot(Command.Snapshot command, History history, ResolvedKeys keys) {
		Map<String, StateEntry> state = new LinkedHashMap<>((history.state() != null) ? history.state() : Map.of());
		if (!command.keys().isEmpty()) {
			state.keySet().retainAll(keys.allowed(command.keys()));
		}
		return new Frame.Snapshot(command.id(), command.channel(), history.top().epoch(), history.top().offset(),
				StateJson.of(state), keys.names());
	}

	private static <T> CompletableFuture<T> refuse(Client client, Command.Snapshot command, ErrorCode code,
			String message) {
		client.reply(new Frame.Error(command.id(), code, message));
		return CompletableFuture.completedFuture(null);
	}

}
