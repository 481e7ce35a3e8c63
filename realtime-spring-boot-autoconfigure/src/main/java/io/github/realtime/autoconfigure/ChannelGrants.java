package io.github.realtime.autoconfigure;

import java.util.List;
import java.util.function.BiFunction;

import io.github.realtime.access.ChannelPermission;
import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code realtime.channels} says of permissions: as the first rule that matches a
 * name does.
 */
final class ChannelGrants implements BiFunction<String, ChannelPermission, @Nullable Boolean> {

	private final List<Rule> rules;

	ChannelGrants(RealtimeProperties properties) {
		this.rules = properties.getChannels()
			.stream()
			.map((channel) -> new Rule(ChannelPattern.of(channel.getPattern()), channel))
			.toList();
	}

	@Override
	public @Nullable Boolean apply(String channel, ChannelPermission permission) {
		if (permission == ChannelPermission.CALL) {
			// An action can be called because it is annotated
			return true;
		}
		for (Rule rule : this.rules) {
			if (rule.pattern().matches(channel)) {
				return rule.grants(permission);
			}
		}
		return null;
	}

	private record Rule(ChannelPattern pattern, RealtimeProperties.Channel channel) {

		private @Nullable Boolean grants(ChannelPermission permission) {
			return switch (permission) {
				case PUBLISH -> this.channel.getClientPublish();
				case WRITE -> this.channel.getState().getClientWrite();
				case PRESENCE -> this.channel.getPresence();
				case SUBSCRIBE, CALL -> null;
			};
		}

	}

}
