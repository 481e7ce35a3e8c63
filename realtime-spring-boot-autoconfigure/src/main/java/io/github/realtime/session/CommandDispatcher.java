package io.github.realtime.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.CommandReader;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.protocol.ProtocolException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Splits the frames of clients into commands and passes each to its handler. A command
 * that has none is forbidden.
 */
public final class CommandDispatcher {

	private static final int MAX_UNREADABLE_LINES = 10;

	private static final Log logger = LogFactory.getLog(CommandDispatcher.class);

	private final Hub hub;

	private final Map<Class<? extends Command>, CommandHandler<?>> handlers = new HashMap<>();

	/**
	 * Creates a dispatcher.
	 * @param hub where the clients are
	 * @param handlers one for each kind of command
	 */
	public CommandDispatcher(Hub hub, List<CommandHandler<?>> handlers) {
		this.hub = hub;
		handlers.forEach((handler) -> this.handlers.put(handler.commandType(), handler));
	}

	/**
	 * Carries out the commands of one frame, in their order. Called for one frame of a
	 * client at a time.
	 * @param client who sent it
	 * @param frame one or more lines
	 */
	public void receive(Client client, String frame) {
		int start = 0;
		while (start < frame.length() && !client.isGone()) {
			int end = frame.indexOf('\n', start);
			end = (end < 0) ? frame.length() : end;
			String line = frame.substring(start, end);
			if (!line.isBlank()) {
				receiveLine(client, line);
			}
			start = end + 1;
		}
	}

	private void receiveLine(Client client, String line) {
		try {
			Command command = CommandReader.read(line);
			client.unreadable(true);
			if (isGranted(client, (command instanceof Command.Pong) ? null : command.id(), givesUp(client, command))) {
				handle(client, command);
			}
		}
		catch (ProtocolException ex) {
			if (isGranted(client, ex.frame().id(), false)) {
				client.reply(ex.frame());
			}
			if (client.unreadable(ex.isReadable()) >= MAX_UNREADABLE_LINES) {
				client.disconnect(CloseCode.NOT_THIS_PROTOCOL);
			}
		}
	}

	/**
	 * Tells whether a command ends a subscription. Such a command is never refused, since
	 * the client sends it only once and would stay subscribed.
	 */
	private static boolean givesUp(Client client, Command command) {
		return command instanceof Command.Unsubscribe unsubscribe
				&& client.subscriptions().get(unsubscribe.channel()) != null;
	}

	private boolean isGranted(Client client, @Nullable Long id, boolean always) {
		return switch (client.rate().take(this.hub.now())) {
			case ACCEPTED -> true;
			case REFUSED -> {
				if (always) {
					yield true;
				}
				client.reply(new Frame.Error(id, ErrorCode.RATE_LIMITED, "Too many commands, "
						+ this.hub.limits().commandsPerSecond() + " a second are allowed in the long run"));
				yield false;
			}
			case ABUSE -> {
				client.disconnect(CloseCode.TOO_MANY_COMMANDS);
				yield false;
			}
		};
	}

	@SuppressWarnings("unchecked")
	private <C extends Command> void handle(Client client, C command) {
		if (client.endUnauthenticated()) {
			return;
		}
		// Its id may change with either of these
		if (!(command instanceof Command.Resume || command instanceof Command.Authenticate)) {
			if (!client.identity().isAdmitted()) {
				refuse(client, command, ErrorCode.UNAUTHENTICATED, "Authenticate first");
				return;
			}
			if (!client.isIntroduced() && !this.hub.clients().admits(client)) {
				return;
			}
			client.lifecycle().introduce();
		}
		if (command instanceof Command.Pong) {
			return;
		}
		CommandHandler<C> handler = (CommandHandler<C>) this.handlers.get(command.getClass());
		if (handler == null) {
			refuse(client, command, ErrorCode.FORBIDDEN, "The application does not allow this");
			return;
		}
		try {
			handler.handle(client, command);
		}
		catch (RuntimeException ex) {
			logger.error("A " + command.getClass().getSimpleName() + " command failed", ex);
			refuse(client, command, ErrorCode.INTERNAL, "The server failed to do this");
		}
	}

	private static void refuse(Client client, Command command, ErrorCode code, String message) {
		if (!(command instanceof Command.Pong)) {
			client.reply(new Frame.Error(command.id(), code, message));
		}
	}

}
