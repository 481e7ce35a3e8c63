package io.github.realtime.broker.memory;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.github.realtime.broker.MemberPage;
import io.github.realtime.broker.PresenceChange;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;

/**
 * Who is on one channel.
 */
final class ChannelMembers {

	private final String channel;

	private final NavigableMap<String, Membership> memberships = new TreeMap<>();

	private long version;

	ChannelMembers(String channel, long version) {
		this.channel = channel;
		this.version = version;
	}

	synchronized boolean isEmpty() {
		return this.memberships.isEmpty();
	}

	synchronized void enter(String clientId, String token, Line member, Consumer<PresenceChange> listener) {
		Membership before = this.memberships.put(clientId, new Membership(token, member));
		if (before == null || !before.member().equals(member)) {
			tell("join", clientId, member, listener);
		}
	}

	synchronized void leave(String clientId, String token, Consumer<PresenceChange> listener) {
		Membership membership = this.memberships.get(clientId);
		if (membership != null && membership.token().equals(token)) {
			this.memberships.remove(clientId);
			tell("leave", clientId, membership.member(), listener);
		}
	}

	private void tell(String type, String clientId, Line member, Consumer<PresenceChange> listener) {
		String line = PresenceChange.head(type, this.channel) + member.text() + "}";
		listener.accept(new PresenceChange(this.channel, ++this.version, clientId, Line.of(line)));
	}

	synchronized MemberPage read(@Nullable String after, int limit) {
		Map<String, Membership> rest = (after != null) ? this.memberships.tailMap(after, false) : this.memberships;
		List<Map.Entry<String, Membership>> part = rest.entrySet().stream().limit(limit).toList();
		String last = part.isEmpty() ? null : part.get(part.size() - 1).getKey();
		return new MemberPage(this.version, this.memberships.size(),
				part.stream().map((entry) -> entry.getValue().member()).toList(),
				(last != null && !last.equals(this.memberships.lastKey())) ? last : null);
	}

	private record Membership(String token, Line member) {

	}

}
