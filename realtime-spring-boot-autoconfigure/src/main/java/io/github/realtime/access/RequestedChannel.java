package io.github.realtime.access;

import java.util.Map;

import io.github.realtime.MatchedChannel;

/**
 * What a client asks for.
 *
 * @param name the channel, or the name of the action
 * @param permission what it wants to do there
 * @param variables what the rule's pattern captured of the name
 * @since 0.1.0
 */
public record RequestedChannel(String name, ChannelPermission permission, Map<String, String> variables) {

	public RequestedChannel {
		variables = Map.copyOf(variables);
	}

	/**
	 * Returns a part of the name.
	 * @param name as it stands in braces in the rule's pattern
	 * @return what stands there in the channel's name, at least one character
	 * @throws IllegalArgumentException if the pattern captures nothing of that name
	 */
	public String variable(String name) {
		return new MatchedChannel(this.name, this.variables).variable(name);
	}

}
