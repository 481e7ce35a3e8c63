package io.github.realtime.session;

import java.util.List;

import io.github.realtime.access.ChannelAccess;

/**
 * Makes the handlers of the commands that clients may send to every application.
 */
public final class CommandHandlers {

	private CommandHandlers() {
	}

	/**
	 * Makes the handlers.
	 * @param hub where the clients are
	 * @param access decides what clients may do
	 * @param keys resolve and load the keys that clients name
	 * @param presence decides who sees whom
	 * @param messageSize the largest message or value, in bytes of JSON
	 * @param publishesPerSecond how many messages all clients may send to one channel in
	 * the long run; 0 for no limit
	 * @return one for each kind of command
	 */
	public static List<CommandHandler<?>> create(Hub hub, ChannelAccess access, StateKeys keys, PresencePolicy presence,
			long messageSize, int publishesPerSecond) {
		return List.of(new ResumeHandler(hub), new SubscribeHandler(hub, access, keys, presence),
				new UnsubscribeHandler(hub), new PresenceHandler(hub, presence), new SnapshotHandler(hub, keys),
				new PublishHandler(hub.broker(), access, messageSize, publishesPerSecond),
				new WriteHandler(hub.broker(), access, messageSize, keys));
	}

}
