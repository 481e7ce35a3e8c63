package io.github.realtime.session;

import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;

/**
 * Gives a client that comes back the id that it had before.
 */
final class ResumeHandler implements CommandHandler<Command.Resume> {

	private final HubClients clients;

	ResumeHandler(Hub hub) {
		this.clients = hub.clients();
	}

	@Override
	public Class<Command.Resume> commandType() {
		return Command.Resume.class;
	}

	@Override
	public void handle(Client client, Command.Resume command) {
		if (client.isIntroduced() || !client.identity().resume(command.token())) {
			client.reply(new Frame.Error(command.id(), ErrorCode.BAD_REQUEST, "'resume' has to be the first command"));
			return;
		}
		String id = client.identity().clientId();
		this.clients.resume(client, id);
		client.reply(new Frame.Resumed(command.id(), id));
	}

}
