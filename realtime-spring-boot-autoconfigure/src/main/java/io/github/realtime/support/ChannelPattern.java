package io.github.realtime.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.realtime.protocol.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of channel names: {@code *} stands for any run of characters without
 * {@code /}, the empty one included; <code>{name}</code> for a run of at least one; every
 * other character for itself.
 */
public final class ChannelPattern {

	private static final Pattern SPECIAL = Pattern.compile("\\*|\\{[A-Za-z][A-Za-z0-9]*\\}");

	private final String pattern;

	private final Pattern regex;

	private final List<String> names;

	private ChannelPattern(String pattern, Pattern regex, List<String> names) {
		this.pattern = pattern;
		this.regex = regex;
		this.names = names;
	}

	/**
	 * Reads a pattern.
	 * @param pattern such as {@code chat_*} or <code>/note/{id}</code>
	 * @return the pattern
	 * @throws IllegalArgumentException if it is not one; the message says why
	 */
	public static ChannelPattern of(String pattern) {
		if (pattern.isEmpty()) {
			throw new IllegalArgumentException("a pattern must not be empty");
		}
		StringBuilder regex = new StringBuilder();
		List<String> names = new ArrayList<>(0);
		Matcher special = SPECIAL.matcher(pattern);
		int end = 0;
		while (special.find()) {
			regex.append(literal(pattern, end, special.start()));
			String token = special.group();
			if (token.equals("*")) {
				if (special.start() == end && regex.toString().endsWith("*")) {
					throw new IllegalArgumentException("'**' is not supported, write '*' for a run without '/'");
				}
				regex.append("[^/]*");
			}
			else {
				String name = token.substring(1, token.length() - 1);
				if (names.contains(name)) {
					throw new IllegalArgumentException("it has '" + token + "' twice");
				}
				names.add(name);
				regex.append("(?<").append(name).append(">[^/]+)");
			}
			end = special.end();
		}
		regex.append(literal(pattern, end, pattern.length()));
		return new ChannelPattern(pattern, Pattern.compile(regex.toString()), names);
	}

	private static String literal(String pattern, int start, int end) {
		for (int i = start; i < end; i++) {
			char c = pattern.charAt(i);
			if (!ChannelName.isAllowed(c)) {
				throw new IllegalArgumentException("'" + c + "' at character " + (i + 1)
						+ " can't stand in a channel name; '*' and '{name}' are the wildcards");
			}
		}
		return (start < end) ? Pattern.quote(pattern.substring(start, end)) : "";
	}

	/**
	 * Tells whether a channel's whole name fits.
	 * @param channel the channel
	 * @return {@code true} if it does
	 */
	public boolean matches(String channel) {
		return this.regex.matcher(channel).matches();
	}

	/**
	 * Reads what the named wildcards stand for.
	 * @param channel the channel
	 * @return the parts of its name, by name; {@code null} if it does not fit
	 */
	public @Nullable Map<String, String> variables(String channel) {
		Matcher matcher = this.regex.matcher(channel);
		if (!matcher.matches()) {
			return null;
		}
		Map<String, String> variables = new HashMap<>();
		this.names.forEach((name) -> variables.put(name, matcher.group(name)));
		return variables;
	}

	@Override
	public String toString() {
		return this.pattern;
	}

}
