package io.github.realtime;

import java.util.Map;

import org.springframework.util.Assert;

/**
 * A channel whose name fits a pattern.
 *
 * @param name the channel's whole name
 * @param variables what the pattern captured of it
 * @since 0.1.0
 */
public record MatchedChannel(String name, Map<String, String> variables) {

	public MatchedChannel {
		variables = Map.copyOf(variables);
	}

	/**
	 * Returns a part of the name.
	 * @param name as it stands in braces in the pattern
	 * @return what stands there in the channel's name, at least one character
	 * @throws IllegalArgumentException if the pattern captures nothing of that name
	 */
	public String variable(String name) {
		String variable = this.variables.get(name);
		Assert.notNull(variable, () -> "the pattern that matched '" + this.name + "' has no {" + name + "}");
		return variable;
	}

}
