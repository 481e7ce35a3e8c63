package io.github.realtime.autoconfigure;

import java.util.List;

import io.github.realtime.access.ChannelPermission;
import io.github.realtime.autoconfigure.RealtimeProperties.Overflow;
import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;
import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the settings of a channel. They come from the first rule of
 * {@code realtime.channels} whose pattern matches the channel's name; what that rule
 * leaves out is inherited from {@code realtime.history} and {@code realtime.limits}.
 */
final class ChannelSettings {

	private final RealtimeProperties properties;

	private final List<Rule> rules;

	/** Applies to channels that no rule matches: it inherits everything. */
	private final EffectiveSettings inherited;

	ChannelSettings(RealtimeProperties properties) {
		this.properties = properties;
		this.inherited = settings(new RealtimeProperties.Channel());
		this.rules = properties.getChannels()
			.stream()
			.map((channel) -> new Rule(ChannelPattern.of(channel.getPattern()), settings(channel)))
			.toList();
	}

	private EffectiveSettings settings(RealtimeProperties.Channel channel) {
		RealtimeProperties.HistoryDefaults history = this.properties.getHistory();
		RealtimeProperties.ChannelHistory own = channel.getHistory();
		RealtimeProperties.Limits limits = this.properties.getLimits();
		return new EffectiveSettings(channel,
				new HistoryPolicy((own.getSize() != null) ? own.getSize() : history.getSize(),
						((own.getBytes() != null) ? own.getBytes() : history.getBytes()).toBytes(),
						(own.getTtl() != null) ? own.getTtl() : history.getTtl()),
				new StatePolicy(limits.getStateSize().toBytes(), limits.getStateKeys(), channel.getState().getTtl()));
	}

	private EffectiveSettings of(String channel) {
		for (Rule rule : this.rules) {
			if (rule.pattern().matches(channel)) {
				return rule.settings();
			}
		}
		return this.inherited;
	}

	HistoryPolicy history(String channel) {
		return of(channel).history();
	}

	StatePolicy state(String channel) {
		return of(channel).state();
	}

	/**
	 * Tells whether a slow client gets only the newest publication of a channel.
	 * @param channel the channel
	 * @return {@code true} if older ones are skipped
	 */
	boolean latestOnly(String channel) {
		return of(channel).channel().getOverflow() == Overflow.LATEST;
	}

	/**
	 * Tells whether the configuration grants a permission.
	 * @param channel the channel, or the name of the action
	 * @param permission the permission
	 * @return {@code null} if the configuration leaves it to the access rules
	 */
	@Nullable Boolean grants(String channel, ChannelPermission permission) {
		RealtimeProperties.Channel rule = of(channel).channel();
		return switch (permission) {
			// An action can be called because it is annotated
			case CALL -> true;
			case PUBLISH -> rule.getClientPublish();
			case WRITE -> rule.getState().getClientWrite();
			case PRESENCE -> rule.getPresence();
			case SUBSCRIBE -> null;
		};
	}

	private record Rule(ChannelPattern pattern, EffectiveSettings settings) {

	}

	private record EffectiveSettings(RealtimeProperties.Channel channel, HistoryPolicy history, StatePolicy state) {

	}

}
