package io.github.realtime.access;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import io.github.realtime.RealtimeClient;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the rules of the first pattern that matches.
 */
final class RuledAccess implements ChannelAccess {

	private final List<MatchedRules> channels;

	private final List<MatchedRules> actions;

	RuledAccess(List<MatchedRules> channels, List<MatchedRules> actions) {
		this.channels = List.copyOf(channels);
		this.actions = List.copyOf(actions);
	}

	@Override
	public boolean isAllowed(RealtimeClient client, String channel, ChannelPermission permission) {
		Boolean allowed = first(channel, permission, (matched, variables) -> {
			ChannelRule rule = matched.rule(permission);
			return (rule != null) ? rule.allows(client, new RequestedChannel(channel, permission, variables))
					: permission == ChannelPermission.SUBSCRIBE;
		});
		return allowed != null && allowed;
	}

	@Override
	public boolean decides(String channel, ChannelPermission permission) {
		Boolean decides = first(channel, permission, (matched, variables) -> matched.rule(permission) != null);
		return decides != null && decides;
	}

	private @Nullable Boolean first(String name, ChannelPermission permission,
			BiFunction<MatchedRules, Map<String, String>, Boolean> answer) {
		for (MatchedRules matched : (permission == ChannelPermission.CALL) ? this.actions : this.channels) {
			Map<String, String> variables = matched.match(name);
			if (variables != null) {
				return answer.apply(matched, variables);
			}
		}
		return null;
	}

}
