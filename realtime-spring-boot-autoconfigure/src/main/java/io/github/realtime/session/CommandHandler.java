package io.github.realtime.session;

import io.github.realtime.protocol.Command;

/**
 * Carries out one kind of command.
 *
 * @param <C> the kind
 */
public interface CommandHandler<C extends Command> {

	/**
	 * Returns the kind.
	 * @return the record
	 */
	Class<C> commandType();

	/**
	 * Carries out a command and answers it with {@link Client#reply}, now or later.
	 * Called for one command of a client at a time, on a thread of the web server's; must
	 * not block for long.
	 * @param client who sent it
	 * @param command the command
	 */
	void handle(Client client, C command);

}
