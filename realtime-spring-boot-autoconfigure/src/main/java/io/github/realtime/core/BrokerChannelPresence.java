package io.github.realtime.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.realtime.ChannelPresence;
import io.github.realtime.Member;
import io.github.realtime.RealtimeException;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.MemberPage;
import io.github.realtime.protocol.Line;
import io.github.realtime.support.Futures;
import io.github.realtime.support.JsonCodec;
import org.jspecify.annotations.Nullable;

/**
 * Who is on a channel, as the broker knows it.
 */
final class BrokerChannelPresence implements ChannelPresence {

	private static final int PAGE = 1000;

	private final Broker broker;

	private final JsonCodec json;

	private final String channel;

	BrokerChannelPresence(Broker broker, JsonCodec json, String channel) {
		this.broker = broker;
		this.json = json;
		this.channel = channel;
	}

	@Override
	public List<Member> members() {
		List<Member> all = new ArrayList<>();
		String next = null;
		do {
			MemberPage members = read(next, PAGE);
			members.members().forEach((member) -> all.add(member(member)));
			next = members.next();
		}
		while (next != null);
		return all;
	}

	private Member member(Line line) {
		Member member = this.json.read(this.channel, "presence", line, Member.class);
		if (member == null) {
			throw new RealtimeException("A member of channel '" + this.channel + "' is null", null);
		}
		return member;
	}

	@Override
	public long count() {
		return read(null, 0).count();
	}

	@Override
	public Set<String> users() {
		Set<String> users = new LinkedHashSet<>();
		for (Member member : members()) {
			if (member.user() != null) {
				users.add(member.user());
			}
		}
		return users;
	}

	private MemberPage read(@Nullable String after, int limit) {
		return Futures.await(this.broker.members(this.channel, after, limit));
	}

	@Override
	public String toString() {
		return "presence on channel '" + this.channel + "'";
	}

}
