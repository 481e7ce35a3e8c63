package io.github.realtime.session;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.realtime.History;
import io.github.realtime.StateEntry;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells subscribers the state of a channel.
 *
 * @since 0.1.0
 */
public final class SnapshotHandler implements CommandHandler<Command.Snapshot> {

	private static final Log logger = LogFactory.getLog(SnapshotHandler.class);

	private final Hub hub;

	/**
	 * Creates a handler.
	 * @param hub where the subscriptions are
	 */
	public SnapshotHandler(Hub hub) {
		this.hub = hub;
	}

	@Override
	public Class<Command.Snapshot> commandType() {
		return Command.Snapshot.class;
	}

	@Override
	public void handle(Client client, Command.Snapshot command) {
		client.inOrder(command.channel(), () -> {
			if (client.subscription(command.channel()) == null) {
				return refuse(client, command, ErrorCode.NOT_SUBSCRIBED,
						"This socket is not subscribed to the channel");
			}
			return this.hub.snapshot(client, command.channel(), (history) -> snapshot(command, history))
				.exceptionallyCompose((failure) -> {
					logger.debug("Reading the state of channel '" + command.channel() + "' failed", failure);
					return refuse(client, command, ErrorCode.UNAVAILABLE,
							"The channel can't be reached now, try again");
				});
		});
	}

	private static Frame snapshot(Command.Snapshot command, History history) {
		Map<String, StateEntry> state = (history.state() != null) ? history.state() : Map.of();
		return new Frame.Snapshot(command.id(), command.channel(), history.top().epoch(), history.top().offset(),
				StateJson.of(state));
	}

	private static <T> CompletableFuture<T> refuse(Client client, Command.Snapshot command, ErrorCode code,
			String message) {
		client.reply(new Frame.Error(command.id(), code, message));
		return CompletableFuture.completedFuture(null);
	}

}
