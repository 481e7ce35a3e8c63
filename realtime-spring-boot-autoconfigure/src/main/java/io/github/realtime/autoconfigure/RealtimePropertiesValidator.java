package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.Set;

import io.github.realtime.autoconfigure.RealtimeProperties.Authentication;
import io.github.realtime.autoconfigure.RealtimeProperties.Channel;
import io.github.realtime.autoconfigure.RealtimeProperties.ChannelHistory;
import io.github.realtime.autoconfigure.RealtimeProperties.ChannelStateRule;
import io.github.realtime.autoconfigure.RealtimeProperties.HistoryDefaults;
import io.github.realtime.autoconfigure.RealtimeProperties.Limits;
import io.github.realtime.autoconfigure.RealtimeProperties.Overflow;
import io.github.realtime.autoconfigure.RealtimeProperties.PresenceSettings;
import io.github.realtime.autoconfigure.RealtimeProperties.Redis;
import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;

/**
 * Checks the values of {@link RealtimeProperties}. Every message says what to write
 * instead; Boot puts the name of the property and the origin of its value in front.
 */
final class RealtimePropertiesValidator {

	private static final Duration MIN_HEARTBEAT = Duration.ofMillis(100);

	private static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

	private static final Duration MIN_REDIS_TIMEOUT = Duration.ofMillis(50);

	private static final Duration MAX_REDIS_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration MIN_TTL = Duration.ofMillis(1);

	private static final Duration MAX_TTL = Duration.ofDays(365);

	private static final DataSize ONE_BYTE = DataSize.ofBytes(1);

	private static final DataSize MIN_FRAME_SIZE = DataSize.ofKilobytes(1);

	private static final Set<Class<?>> VALIDATED = Set.of(RealtimeProperties.class, HistoryDefaults.class,
			Channel.class, ChannelHistory.class, ChannelStateRule.class, Authentication.class, Limits.class,
			Redis.class, PresenceSettings.class);

	private final Errors errors;

	RealtimePropertiesValidator(Errors errors) {
		this.errors = errors;
	}

	/**
	 * Tells whether objects of a type are validated. The nested ones are, too: Boot
	 * validates each of them, and it knows where a value came from only if that is a
	 * direct property of what it validates.
	 * @param type the type
	 * @return {@code true} if they are
	 */
	static boolean supports(Class<?> type) {
		return VALIDATED.contains(type);
	}

	void validate(Object target) {
		if (target instanceof RealtimeProperties properties) {
			validate(properties);
		}
		else if (target instanceof Redis redis) {
			between(redis.getTimeout(), MIN_REDIS_TIMEOUT, MAX_REDIS_TIMEOUT, "timeout",
					"write a duration from '50ms' to '1m'");
		}
		else if (target instanceof Authentication authentication) {
			between(authentication.getTimeout(), MIN_HEARTBEAT, MAX_HEARTBEAT, "timeout",
					"write a duration from '100ms' to '1h'");
		}
		else if (target instanceof HistoryDefaults history) {
			history(history.getSize(), history.getBytes(), history.getTtl());
		}
		else if (target instanceof Channel channel) {
			validate(channel);
		}
		else if (target instanceof ChannelHistory history) {
			history(history.getSize(), history.getBytes(), history.getTtl());
		}
		else if (target instanceof ChannelStateRule state) {
			ttl(state.getTtl(), "write a duration from '1ms' to '365d', such as '30d'; for good, leave it out");
		}
		else if (target instanceof PresenceSettings presence) {
			between(presence.getGrace(), Duration.ZERO, MAX_HEARTBEAT, "grace", "write a duration from '0s' to '1h'");
		}
		else if (target instanceof Limits limits) {
			validate(limits);
		}
	}

	private void validate(RealtimeProperties properties) {
		check(properties.getPath().matches("(/[A-Za-z0-9_.~-]+)+"), "path",
				"write a path such as '/realtime': a slash first and none at the end, no wildcards");
		for (int i = 0; i < properties.getAllowedOrigins().size(); i++) {
			check(properties.getAllowedOrigins().get(i).matches("\\*|[a-z][a-z0-9+.-]*://[^/\\s]+"),
					"allowedOrigins[" + i + "]",
					"write an origin such as 'https://example.com' or 'https://*.example.com', without a path");
		}
		for (int i = 0; i < properties.getChannels().size(); i++) {
			Channel channel = properties.getChannels().get(i);
			check(properties.getChannels()
				.subList(0, i)
				.stream()
				.noneMatch((rule) -> rule.getPattern().equals(channel.getPattern())), "channels[" + i + "].pattern",
					"there is a rule with this pattern above, and the first match wins: write one rule");
			Integer size = channel.getHistory().getSize();
			check(channel.getOverflow() != Overflow.LATEST
					|| ((size != null) ? size : properties.getHistory().getSize()) == 0, "channels[" + i + "].overflow",
					"'latest' needs a channel without history: write history.size: 0 beside it");
		}
		String namespace = properties.getNamespace();
		check(namespace == null || namespace.matches("[^{}]+"), "namespace",
				"write a name without braces, or leave it out");
		between(properties.getHeartbeat(), MIN_HEARTBEAT, MAX_HEARTBEAT, "heartbeat",
				"write a duration from '100ms' to '1h'");
	}

	private void validate(Channel channel) {
		try {
			ChannelPattern.of(channel.getPattern());
		}
		catch (IllegalArgumentException ex) {
			check(false, "pattern", String.valueOf(ex.getMessage()));
		}
	}

	private void validate(Limits limits) {
		size(limits.getMessageSize(), ONE_BYTE, "messageSize");
		size(limits.getFrameSize(), MIN_FRAME_SIZE, "frameSize");
		size(limits.getStateSize(), ONE_BYTE, "stateSize");
		atLeastOne(limits.getStateKeys(), "stateKeys");
		atLeastOne(limits.getChannelsPerClient(), "channelsPerClient");
		check(limits.getClients() >= 0, "clients", "write 0 for no limit, or how many clients to take");
		check(limits.getPublishesPerSecond() >= 0, "publishesPerSecond",
				"write 0 for no limit, or how many messages a channel takes");
		check(limits.getClientsPerUser() >= 0, "clientsPerUser", "write 0 for no limit, or how many clients to take");
		atLeastOne(limits.getCommandsPerSecond(), "commandsPerSecond");
		atLeastOne(limits.getCallsPerClient(), "callsPerClient");
		atLeastOne(limits.getCalls(), "calls");
		size(limits.getOutboundQueue(), MIN_FRAME_SIZE, "outboundQueue");
	}

	private void history(@Nullable Integer size, @Nullable DataSize bytes, @Nullable Duration ttl) {
		check(size == null || size >= 0, "size", "write 0 for no history, or how many publications to keep");
		check(bytes == null || bytes.toBytes() > 0, "bytes", "write a size such as '1MB'; for no history, size: 0");
		ttl(ttl, "write a duration from '1ms' to '365d', such as '5m'; for no history, size: 0");
	}

	private void ttl(@Nullable Duration ttl, String advice) {
		if (ttl != null) {
			between(ttl, MIN_TTL, MAX_TTL, "ttl", advice);
		}
	}

	private void between(Duration duration, Duration least, Duration most, String property, String advice) {
		check(duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0, property, advice);
	}

	private void size(DataSize size, DataSize least, String property) {
		check(size.compareTo(least) >= 0 && size.toBytes() <= Integer.MAX_VALUE, property,
				"write a size from '" + least.toBytes() + "B' to '2047MB'");
	}

	private void atLeastOne(int count, String property) {
		check(count > 0, property, "write 1 or more");
	}

	private void check(boolean valid, String property, String advice) {
		if (!valid) {
			this.errors.rejectValue(property, "invalid", advice);
		}
	}

}
