package io.github.realtime.access;

import java.util.ArrayList;
import java.util.List;

import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Builds the rules of a {@link ChannelAccess}. Each {@link #match}, {@link #action} or
 * {@link #anyOther} begins a rule, and what follows belongs to it. The first rule whose
 * pattern matches decides alone: what it leaves out is not looked for in those after it.
 * <p>
 * What a rule leaves out is denied, except subscribing, which everybody may. What no rule
 * matches is denied, subscribing included, unless there is one for {@link #anyOther}.
 *
 * @since 0.1.0
 */
public final class ChannelRules {

	private final List<MatchedRules> channels = new ArrayList<>();

	private final List<MatchedRules> actions = new ArrayList<>();

	private @Nullable MatchedRules current;

	private boolean complete;

	ChannelRules() {
	}

	/**
	 * Begins the rule for the channels whose names match a pattern.
	 * @param pattern {@code *} for a run of characters without {@code /},
	 * <code>{name}</code> for a captured one
	 * @return this
	 */
	public ChannelRules match(String pattern) {
		begin(this.channels, pattern);
		return this;
	}

	/**
	 * Begins the rule for the actions whose names match a pattern, to be followed by
	 * {@link #call}.
	 * @param pattern such as {@code note.*}
	 * @return this
	 */
	public ChannelRules action(String pattern) {
		begin(this.actions, pattern);
		return this;
	}

	/**
	 * Begins the last rule, for every channel and every action that no other matches.
	 * @return this
	 */
	public ChannelRules anyOther() {
		MatchedRules rest = begin(new MatchedRules(null));
		this.channels.add(rest);
		this.actions.add(rest);
		this.complete = true;
		return this;
	}

	private void begin(List<MatchedRules> rules, String pattern) {
		Assert.state(rules.stream().noneMatch((other) -> other.isFor(pattern)),
				() -> "There are two rules for '" + pattern + "', of which the first would always win");
		try {
			rules.add(begin(new MatchedRules(ChannelPattern.of(pattern))));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'" + pattern + "' is not a pattern: " + ex.getMessage(), ex);
		}
	}

	private MatchedRules begin(MatchedRules rule) {
		Assert.state(!this.complete, "No rule can follow the one for any other");
		endCurrent();
		this.current = rule;
		return rule;
	}

	private void endCurrent() {
		Assert.state(this.current == null || !this.current.isEmpty(),
				() -> "The rule for " + this.current + " says nothing: write what it permits, or denyAll()");
	}

	/**
	 * Says who may subscribe to these channels.
	 * @param rule decides
	 * @return this
	 */
	public ChannelRules subscribe(ChannelRule rule) {
		return add(ChannelPermission.SUBSCRIBE, rule);
	}

	/**
	 * Says who may send messages to these channels.
	 * @param rule decides
	 * @return this
	 */
	public ChannelRules publish(ChannelRule rule) {
		return add(ChannelPermission.PUBLISH, rule);
	}

	/**
	 * Says who may change the state of these channels.
	 * @param rule decides
	 * @return this
	 */
	public ChannelRules write(ChannelRule rule) {
		return add(ChannelPermission.WRITE, rule);
	}

	/**
	 * Says who may see who is on these channels, and is seen.
	 * @param rule decides
	 * @return this
	 */
	public ChannelRules presence(ChannelRule rule) {
		return add(ChannelPermission.PRESENCE, rule);
	}

	/**
	 * Says who may call these actions.
	 * @param rule decides
	 * @return this
	 */
	public ChannelRules call(ChannelRule rule) {
		return add(ChannelPermission.CALL, rule);
	}

	/**
	 * Permits everything here to everybody.
	 * @return this
	 */
	public ChannelRules permitAll() {
		return addAll(ChannelRule.permitAll());
	}

	/**
	 * Denies everything here to everybody.
	 * @return this
	 */
	public ChannelRules denyAll() {
		return addAll(ChannelRule.denyAll());
	}

	private ChannelRules add(ChannelPermission permission, ChannelRule rule) {
		MatchedRules current = current();
		Assert.state(isFor(permission, current), () -> permission + " says nothing about " + current
				+ ": call(…) belongs to action(…), the others don't");
		current.add(permission, rule);
		return this;
	}

	private ChannelRules addAll(ChannelRule rule) {
		MatchedRules current = current();
		for (ChannelPermission permission : ChannelPermission.values()) {
			if (isFor(permission, current)) {
				current.add(permission, rule);
			}
		}
		return this;
	}

	private MatchedRules current() {
		Assert.state(this.current != null, "Begin with match(…), action(…) or anyOther()");
		return this.current;
	}

	private boolean isFor(ChannelPermission permission, MatchedRules rule) {
		return ((permission == ChannelPermission.CALL) ? this.actions : this.channels).contains(rule);
	}

	/**
	 * Returns what decides by these rules.
	 * @return the access
	 * @throws IllegalStateException if a rule says nothing
	 */
	public ChannelAccess build() {
		endCurrent();
		return new RuledAccess(this.channels, this.actions);
	}

}
