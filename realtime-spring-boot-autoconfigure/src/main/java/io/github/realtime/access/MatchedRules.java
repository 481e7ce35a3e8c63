package io.github.realtime.access;

import java.util.EnumMap;
import java.util.Map;

import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What is said of the channels, or of the actions, that one pattern matches.
 */
final class MatchedRules {

	private final @Nullable ChannelPattern pattern;

	private final Map<ChannelPermission, ChannelRule> rules = new EnumMap<>(ChannelPermission.class);

	/**
	 * Creates rules that say nothing yet.
	 * @param pattern the pattern, or {@code null} for what no other matches
	 */
	MatchedRules(@Nullable ChannelPattern pattern) {
		this.pattern = pattern;
	}

	void add(ChannelPermission permission, ChannelRule rule) {
		Assert.state(this.rules.put(permission, rule) == null,
				() -> "The rule for " + this + " says twice who may " + permission);
	}

	boolean isEmpty() {
		return this.rules.isEmpty();
	}

	boolean isFor(String pattern) {
		return this.pattern != null && this.pattern.toString().equals(pattern);
	}

	/**
	 * Returns what the pattern captures of a name.
	 * @param name the channel or the action
	 * @return the variables; {@code null} if it does not match
	 */
	@Nullable Map<String, String> match(String name) {
		return (this.pattern != null) ? this.pattern.variables(name) : Map.of();
	}

	@Nullable ChannelRule rule(ChannelPermission permission) {
		return this.rules.get(permission);
	}

	@Override
	public String toString() {
		return (this.pattern != null) ? "'" + this.pattern + "'" : "any other";
	}

}
