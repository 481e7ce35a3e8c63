package io.github.realtime.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.realtime.protocol.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of channel names: {@code *} stands for any run of characters without
 * {@code /}, the empty one included; <code>{name}</code> for a run of at least one; every
 * other character for itself. An earlier wildcard takes as much as it can.
 * <p>
 * Clients choose the names that are matched, so the time that a match takes is
 * proportional to the length of the name, whatever the pattern: there is no backtracking.
 */
public final class ChannelPattern {

	private static final Pattern WILDCARD = Pattern.compile("\\*|\\{[A-Za-z][A-Za-z0-9]*\\}");

	private final String pattern;

	/** The parts between slashes, which no wildcard crosses. */
	private final List<Segment> segments;

	private ChannelPattern(String pattern, List<Segment> segments) {
		this.pattern = pattern;
		this.segments = segments;
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
		Set<String> variables = new HashSet<>();
		Matcher wildcard = WILDCARD.matcher(pattern);
		List<Segment> segments = new ArrayList<>();
		Segment segment = new Segment();
		int end = 0;
		while (wildcard.find()) {
			segment = addLiteral(segments, segment, pattern, end, wildcard.start());
			String token = wildcard.group();
			if (token.equals("*") && wildcard.start() == end && end > 0 && pattern.charAt(end - 1) == '*') {
				throw new IllegalArgumentException("'**' is not supported, write '*' for a run without '/'");
			}
			String variable = token.equals("*") ? null : token.substring(1, token.length() - 1);
			if (variable != null && !variables.add(variable)) {
				throw new IllegalArgumentException("it has '" + token + "' twice");
			}
			segment.addWildcard(variable);
			end = wildcard.end();
		}
		segments.add(addLiteral(segments, segment, pattern, end, pattern.length()));
		return new ChannelPattern(pattern, segments);
	}

	private static Segment addLiteral(List<Segment> segments, Segment first, String pattern, int start, int end) {
		Segment segment = first;
		for (int i = start; i < end; i++) {
			char c = pattern.charAt(i);
			if (!ChannelName.isAllowed(c)) {
				throw new IllegalArgumentException("'" + c + "' at character " + (i + 1)
						+ " can't stand in a channel name; '*' and '{name}' are the wildcards");
			}
			if (c == '/') {
				segments.add(segment);
				segment = new Segment();
			}
			else {
				segment.addLiteral(c);
			}
		}
		return segment;
	}

	/**
	 * Tells whether a channel's whole name fits.
	 * @param channel the channel
	 * @return {@code true} if it does
	 */
	public boolean matches(String channel) {
		return match(channel, null);
	}

	/**
	 * Reads what the named wildcards stand for.
	 * @param channel the channel
	 * @return the parts of its name, by name; {@code null} if it does not fit
	 */
	public @Nullable Map<String, String> variables(String channel) {
		Map<String, String> variables = new HashMap<>();
		return match(channel, variables) ? variables : null;
	}

	private boolean match(String channel, @Nullable Map<String, String> variables) {
		int start = 0;
		int last = this.segments.size() - 1;
		for (int i = 0; i <= last; i++) {
			int slash = channel.indexOf('/', start);
			if ((slash < 0) != (i == last)) {
				return false;
			}
			int end = (slash < 0) ? channel.length() : slash;
			if (!this.segments.get(i).match(channel, start, end, variables)) {
				return false;
			}
			start = end + 1;
		}
		return true;
	}

	@Override
	public String toString() {
		return this.pattern;
	}

	/**
	 * A literal, and then any number of wildcards with a literal behind each. Literals
	 * may be empty.
	 */
	private static final class Segment {

		private final List<@Nullable String> wildcards = new ArrayList<>();

		private final List<String> literals = new ArrayList<>(List.of(""));

		private void addWildcard(@Nullable String variable) {
			this.wildcards.add(variable);
			this.literals.add("");
		}

		private void addLiteral(char c) {
			int last = this.literals.size() - 1;
			this.literals.set(last, this.literals.get(last) + c);
		}

		/**
		 * Matches from the end: each literal is found as far to the right as it can
		 * stand, which leaves the most to the wildcards before it. If there is any way to
		 * match, this is one.
		 */
		private boolean match(String name, int start, int end, @Nullable Map<String, String> variables) {
			int count = this.wildcards.size();
			int right = end - this.literals.get(count).length();
			if (right < start || !name.startsWith(this.literals.get(count), right)) {
				return false;
			}
			for (int i = count - 1; i >= 0; i--) {
				String variable = this.wildcards.get(i);
				String literal = this.literals.get(i);
				int latest = right - ((variable != null) ? 1 : 0) - literal.length();
				int left = (i > 0) ? name.lastIndexOf(literal, latest) : start;
				if (left < start || latest < start || !name.startsWith(literal, left)) {
					return false;
				}
				if (variables != null && variable != null) {
					variables.put(variable, name.substring(left + literal.length(), right));
				}
				right = left;
			}
			return right == start;
		}

	}

}
