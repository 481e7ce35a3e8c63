package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.function.Function;

import io.github.realtime.broker.StatePolicy;
import io.github.realtime.support.ChannelPattern;

/**
 * How much state each channel may have: as much as {@code realtime.limits} says, for as
 * long as the first rule that matches its name does.
 */
final class ChannelStates implements Function<String, StatePolicy> {

	private final List<Rule> rules;

	private final StatePolicy rest;

	ChannelStates(RealtimeProperties properties) {
		RealtimeProperties.Limits limits = properties.getLimits();
		this.rest = new StatePolicy(limits.getStateSize().toBytes(), limits.getStateKeys(), null);
		this.rules = properties.getChannels().stream().map(this::rule).toList();
	}

	private Rule rule(RealtimeProperties.Channel channel) {
		return new Rule(ChannelPattern.of(channel.getPattern()),
				new StatePolicy(this.rest.size(), this.rest.keys(), channel.getState().getTtl()));
	}

	@Override
	public StatePolicy apply(String channel) {
		for (Rule rule : this.rules) {
			if (rule.pattern().matches(channel)) {
				return rule.policy();
			}
		}
		return this.rest;
	}

	private record Rule(ChannelPattern pattern, StatePolicy policy) {

	}

}
