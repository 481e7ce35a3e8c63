package io.github.realtime;

import java.util.List;
import java.util.Set;

/**
 * Who is on a channel, on all instances: the clients that are subscribed to it and may be
 * seen there, where {@code realtime.channels} or the access rules allow presence. One
 * whose connection was lost stays for {@code realtime.presence.grace}.
 * <p>
 * All methods throw {@link RealtimeUnavailableException} if the broker did not answer in
 * time.
 *
 * @since 0.1.0
 * @see RealtimeChannel#presence()
 */
public interface ChannelPresence {

	/**
	 * Lists the members. Of a large channel they are read in several steps: who comes or
	 * goes meanwhile may be missing or still there.
	 * @return the members in the order of their client ids
	 */
	List<Member> members();

	/**
	 * Counts the members, without reading them.
	 * @return their number
	 */
	long count();

	/**
	 * Lists the users among the members.
	 * @return their names, each once
	 */
	Set<String> users();

}
