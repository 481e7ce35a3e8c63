package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.function.Predicate;

import io.github.realtime.autoconfigure.RealtimeProperties.Overflow;
import io.github.realtime.support.ChannelPattern;

/**
 * The channels of which slow clients get the newest publication alone: those of which the
 * first rule that matches their names says so.
 */
final class ChannelOverflows implements Predicate<String> {

	private final List<Rule> rules;

	ChannelOverflows(RealtimeProperties properties) {
		this.rules = properties.getChannels()
			.stream()
			.map((channel) -> new Rule(ChannelPattern.of(channel.getPattern()),
					channel.getOverflow() == Overflow.LATEST))
			.toList();
	}

	@Override
	public boolean test(String channel) {
		for (Rule rule : this.rules) {
			if (rule.pattern().matches(channel)) {
				return rule.latestOnly();
			}
		}
		return false;
	}

	private record Rule(ChannelPattern pattern, boolean latestOnly) {

	}

}
