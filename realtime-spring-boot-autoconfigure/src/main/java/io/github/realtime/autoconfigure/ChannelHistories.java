package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.function.Function;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.support.ChannelPattern;

/**
 * How much history each channel keeps: as the first rule that matches its name says, else
 * as {@code realtime.history} does.
 */
final class ChannelHistories implements Function<String, HistoryPolicy> {

	private final List<Rule> rules;

	private final HistoryPolicy rest;

	ChannelHistories(RealtimeProperties properties) {
		RealtimeProperties.History rest = properties.getHistory();
		this.rest = new HistoryPolicy(rest.getSize(), rest.getBytes().toBytes(), rest.getTtl());
		this.rules = properties.getChannels().stream().map(this::rule).toList();
	}

	private Rule rule(RealtimeProperties.Channel channel) {
		RealtimeProperties.ChannelHistory history = channel.getHistory();
		return new Rule(ChannelPattern.of(channel.getPattern()),
				new HistoryPolicy((history.getSize() != null) ? history.getSize() : this.rest.size(),
						(history.getBytes() != null) ? history.getBytes().toBytes() : this.rest.bytes(),
						(history.getTtl() != null) ? history.getTtl() : this.rest.ttl()));
	}

	@Override
	public HistoryPolicy apply(String channel) {
		for (Rule rule : this.rules) {
			if (rule.pattern().matches(channel)) {
				return rule.policy();
			}
		}
		return this.rest;
	}

	private record Rule(ChannelPattern pattern, HistoryPolicy policy) {

	}

}
