package io.github.realtime.broker;

import java.util.List;

import io.github.realtime.Member;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * A part of a channel's members.
 *
 * @param version the number of the last change that is in it
 * @param count how many there are in all
 * @param members each {@link Member} as JSON
 * @param next the client id behind which the next part begins, or {@code null} if there
 * is none
 * @since 0.1.0
 */
public record MemberPage(long version, long count, List<Line> members, @Nullable String next) {

	/**
	 * Copies the list.
	 */
	public MemberPage {
		members = List.copyOf(members);
	}

}
