package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.github.realtime.support.ChannelPattern;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * Configuration properties of Realtime for Spring Boot.
 */
@ConfigurationProperties("realtime")
public class RealtimeProperties implements Validator {

	private static final Duration MIN_HEARTBEAT = Duration.ofMillis(100);

	private static final Duration MAX_HEARTBEAT = Duration.ofHours(1);

	private static final Duration MIN_TIMEOUT = Duration.ofMillis(50);

	private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration MAX_DURATION = Duration.ofDays(365);

	private static final DataSize MIN_FRAME_SIZE = DataSize.ofKilobytes(1);

	private static final Set<Class<?>> VALIDATED = Set.of(RealtimeProperties.class, History.class, Channel.class,
			ChannelHistory.class, ChannelState.class, Authentication.class, Limits.class, Redis.class, Presence.class);

	/**
	 * Whether the template, the broker and the endpoint are there at all.
	 */
	private boolean enabled = true;

	/**
	 * Path of the WebSocket endpoint. The browser client is served below it.
	 */
	private String path = "/realtime";

	/**
	 * Origins that may connect besides the endpoint's own, such as "https://example.com"
	 * or the pattern "https://*.example.com".
	 */
	private List<String> allowedOrigins = new ArrayList<>();

	/**
	 * What relays publications between instances.
	 */
	private BrokerType broker = BrokerType.AUTO;

	/**
	 * What everything in Redis begins with, so that two applications on one Redis never
	 * meet. The name of the application if left out, else 'realtime'.
	 */
	private @Nullable String namespace;

	/**
	 * After how much silence, at the latest, a client is asked whether it is still there.
	 * After twice as much its connection is closed.
	 */
	private Duration heartbeat = Duration.ofSeconds(25);

	/**
	 * Whether clients may have their connections compressed, at some 200 KB of memory
	 * each.
	 */
	private boolean compression;

	private final Redis redis = new Redis();

	private final Authentication authentication = new Authentication();

	private final History history = new History();

	/**
	 * Rules for the channels whose names match a pattern. The first match wins; what a
	 * rule leaves out is inherited.
	 */
	private List<Channel> channels = new ArrayList<>();

	private final Limits limits = new Limits();

	private final Presence presence = new Presence();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getPath() {
		return this.path;
	}

	public void setPath(String path) {
		this.path = path;
	}

	public List<String> getAllowedOrigins() {
		return this.allowedOrigins;
	}

	public void setAllowedOrigins(List<String> allowedOrigins) {
		this.allowedOrigins = allowedOrigins;
	}

	public BrokerType getBroker() {
		return this.broker;
	}

	public void setBroker(BrokerType broker) {
		this.broker = broker;
	}

	public @Nullable String getNamespace() {
		return this.namespace;
	}

	public void setNamespace(@Nullable String namespace) {
		this.namespace = namespace;
	}

	public Duration getHeartbeat() {
		return this.heartbeat;
	}

	public void setHeartbeat(Duration heartbeat) {
		this.heartbeat = heartbeat;
	}

	public boolean isCompression() {
		return this.compression;
	}

	public void setCompression(boolean compression) {
		this.compression = compression;
	}

	public Redis getRedis() {
		return this.redis;
	}

	public Authentication getAuthentication() {
		return this.authentication;
	}

	public History getHistory() {
		return this.history;
	}

	public List<Channel> getChannels() {
		return this.channels;
	}

	public void setChannels(List<Channel> channels) {
		this.channels = channels;
	}

	public Presence getPresence() {
		return this.presence;
	}

	public Limits getLimits() {
		return this.limits;
	}

	/**
	 * Supports the nested objects too: Boot has each of them validated, and it knows
	 * where a value came from only if that is a direct property of what is validated.
	 */
	@Override
	public boolean supports(Class<?> type) {
		return VALIDATED.contains(type);
	}

	@Override
	public void validate(Object target, Errors errors) {
		Check check = new Check(errors);
		if (target instanceof RealtimeProperties properties) {
			properties.validate(check);
		}
		else if (target instanceof Redis redis) {
			redis.validate(check);
		}
		else if (target instanceof History history) {
			history.validate(check);
		}
		else if (target instanceof Channel channel) {
			channel.validate(check);
		}
		else if (target instanceof ChannelHistory history) {
			history.validate(check);
		}
		else if (target instanceof Authentication authentication) {
			authentication.validate(check);
		}
		else if (target instanceof ChannelState state) {
			state.validate(check);
		}
		else if (target instanceof Presence presence) {
			presence.validate(check);
		}
		else if (target instanceof Limits limits) {
			limits.validate(check);
		}
	}

	private void validate(Check check) {
		check.that(this.path.matches("(/[A-Za-z0-9_.~-]+)+"), "path",
				"write a path such as '/realtime': a slash first and none at the end, no wildcards");
		for (int i = 0; i < this.allowedOrigins.size(); i++) {
			check.that(this.allowedOrigins.get(i).matches("\\*|[a-z][a-z0-9+.-]*://[^/\\s]+"),
					"allowedOrigins[" + i + "]",
					"write an origin such as 'https://example.com' or 'https://*.example.com', without a path");
		}
		for (int i = 0; i < this.channels.size(); i++) {
			Integer size = this.channels.get(i).getHistory().getSize();
			check.that(
					this.channels.get(i).getOverflow() != Overflow.LATEST
							|| ((size != null) ? size : this.history.getSize()) == 0,
					"channels[" + i + "].overflow",
					"'latest' needs a channel without history: write history.size: 0 beside it");
		}
		check.that(this.namespace == null || this.namespace.matches("[^{}]+"), "namespace",
				"write a name without braces, or leave it out");
		check.that(this.heartbeat.compareTo(MIN_HEARTBEAT) >= 0 && this.heartbeat.compareTo(MAX_HEARTBEAT) <= 0,
				"heartbeat", "write a duration from '100ms' to '1h'");
	}

	/**
	 * What relays publications between instances.
	 */
	public enum BrokerType {

		/** Redis where the application says where Redis is, else memory. */
		AUTO,
		/** This process alone. */
		MEMORY,
		/** Redis. */
		REDIS

	}

	/**
	 * What becomes of a client that is too slow.
	 */
	public enum Overflow {

		/** It is disconnected once its queue is full. */
		DISCONNECT,
		/** It gets the newest message alone, and every change of the state. */
		LATEST

	}

	/**
	 * How the broker in Redis is used. Where it is, spring.data.redis says.
	 */
	public static class Redis {

		/**
		 * How long Redis may take to answer. After that a send fails with an unknown
		 * outcome.
		 */
		private Duration timeout = Duration.ofSeconds(2);

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		private void validate(Check check) {
			check.that(this.timeout.compareTo(MIN_TIMEOUT) >= 0 && this.timeout.compareTo(MAX_TIMEOUT) <= 0, "timeout",
					"write a duration from '50ms' to '1m'");
		}

	}

	/**
	 * Whether clients have to say who they are.
	 */
	public static class Authentication {

		/**
		 * Whether anonymous clients are taken.
		 */
		private AuthenticationMode mode = AuthenticationMode.OPTIONAL;

		/**
		 * How long a client may take to authenticate where it has to, and the application
		 * to check a token.
		 */
		private Duration timeout = Duration.ofSeconds(10);

		public AuthenticationMode getMode() {
			return this.mode;
		}

		public void setMode(AuthenticationMode mode) {
			this.mode = mode;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		private void validate(Check check) {
			check.that(this.timeout.compareTo(MIN_HEARTBEAT) >= 0 && this.timeout.compareTo(MAX_HEARTBEAT) <= 0,
					"timeout", "write a duration from '100ms' to '1h'");
		}

	}

	/**
	 * Whether anonymous clients are taken.
	 */
	public enum AuthenticationMode {

		/** Clients may be anonymous. */
		OPTIONAL,
		/** Who is not authenticated by the handshake has to send a token. */
		REQUIRED

	}

	/**
	 * How much of a channel is kept for those who come back.
	 */
	public static class History {

		/**
		 * How many publications of a channel are kept. With 0 there is no history.
		 */
		private int size = 100;

		/**
		 * How much JSON is kept of a channel.
		 */
		private DataSize bytes = DataSize.ofMegabytes(1);

		/**
		 * How long a publication is kept.
		 */
		private Duration ttl = Duration.ofMinutes(5);

		public int getSize() {
			return this.size;
		}

		public void setSize(int size) {
			this.size = size;
		}

		public DataSize getBytes() {
			return this.bytes;
		}

		public void setBytes(DataSize bytes) {
			this.bytes = bytes;
		}

		public Duration getTtl() {
			return this.ttl;
		}

		public void setTtl(Duration ttl) {
			this.ttl = ttl;
		}

		private void validate(Check check) {
			check.that(this.size >= 0, "size", "write 0 for no history, or how many publications to keep");
			check.that(isPositive(this.bytes), "bytes", "write a size such as '1MB'; for no history, size: 0");
			check.that(isPositive(this.ttl), "ttl",
					"write a duration from '1ms' to '365d', such as '5m'; for no history, size: 0");
		}

	}

	/**
	 * A rule for the channels whose names match a pattern.
	 */
	public static class Channel {

		/**
		 * Which channels: '*' for a run of characters without '/', '{name}' for a
		 * captured one.
		 */
		private String pattern = "";

		/**
		 * Whether clients may send messages, unless a ChannelAccess bean decides that;
		 * not if left out.
		 */
		private @Nullable Boolean clientPublish;

		/**
		 * Whether subscribers see who else is on the channel, unless a ChannelAccess bean
		 * decides that; not if left out.
		 */
		private @Nullable Boolean presence;

		/**
		 * What becomes of a client that reads more slowly than the channel publishes.
		 * 'latest' needs a channel without history.
		 */
		private Overflow overflow = Overflow.DISCONNECT;

		private final ChannelHistory history = new ChannelHistory();

		private final ChannelState state = new ChannelState();

		public String getPattern() {
			return this.pattern;
		}

		public void setPattern(String pattern) {
			this.pattern = pattern;
		}

		public @Nullable Boolean getClientPublish() {
			return this.clientPublish;
		}

		public void setClientPublish(@Nullable Boolean clientPublish) {
			this.clientPublish = clientPublish;
		}

		public Overflow getOverflow() {
			return this.overflow;
		}

		public void setOverflow(Overflow overflow) {
			this.overflow = overflow;
		}

		public @Nullable Boolean getPresence() {
			return this.presence;
		}

		public void setPresence(@Nullable Boolean presence) {
			this.presence = presence;
		}

		public ChannelHistory getHistory() {
			return this.history;
		}

		public ChannelState getState() {
			return this.state;
		}

		private void validate(Check check) {
			try {
				ChannelPattern.of(this.pattern);
			}
			catch (IllegalArgumentException ex) {
				check.that(false, "pattern", String.valueOf(ex.getMessage()));
			}
		}

	}

	/**
	 * Who is on channels.
	 */
	public static class Presence {

		/**
		 * For how long a client that has lost its connection is still seen. Who only
		 * reloads a page is back sooner.
		 */
		private Duration grace = Duration.ofSeconds(10);

		public Duration getGrace() {
			return this.grace;
		}

		public void setGrace(Duration grace) {
			this.grace = grace;
		}

		private void validate(Check check) {
			check.that(!this.grace.isNegative() && this.grace.compareTo(MAX_HEARTBEAT) <= 0, "grace",
					"write a duration from '0s' to '1h'");
		}

	}

	/**
	 * How much of these channels is kept.
	 */
	public static class ChannelHistory {

		/**
		 * How many publications of each are kept; inherited from realtime.history.size if
		 * left out.
		 */
		private @Nullable Integer size;

		/**
		 * How much JSON is kept of each; inherited from realtime.history.bytes if left
		 * out.
		 */
		private @Nullable DataSize bytes;

		/**
		 * How long a publication is kept; inherited from realtime.history.ttl if left
		 * out.
		 */
		private @Nullable Duration ttl;

		public @Nullable Integer getSize() {
			return this.size;
		}

		public void setSize(@Nullable Integer size) {
			this.size = size;
		}

		public @Nullable DataSize getBytes() {
			return this.bytes;
		}

		public void setBytes(@Nullable DataSize bytes) {
			this.bytes = bytes;
		}

		public @Nullable Duration getTtl() {
			return this.ttl;
		}

		public void setTtl(@Nullable Duration ttl) {
			this.ttl = ttl;
		}

		private void validate(Check check) {
			check.that(this.size == null || this.size >= 0, "size",
					"write 0 for no history, or how many publications to keep");
			check.that(this.bytes == null || isPositive(this.bytes), "bytes",
					"write a size such as '1MB'; for no history, size: 0");
			check.that(this.ttl == null || isPositive(this.ttl), "ttl",
					"write a duration from '1ms' to '365d', such as '5m'; for no history, size: 0");
		}

	}

	/**
	 * The state of these channels.
	 */
	public static class ChannelState {

		/**
		 * Whether clients may change it. Left out, the access rules decide; without any,
		 * they may not.
		 */
		private @Nullable Boolean clientWrite;

		/**
		 * How long it is kept after its last change. For good if left out.
		 */
		private @Nullable Duration ttl;

		public @Nullable Boolean getClientWrite() {
			return this.clientWrite;
		}

		public void setClientWrite(@Nullable Boolean clientWrite) {
			this.clientWrite = clientWrite;
		}

		public @Nullable Duration getTtl() {
			return this.ttl;
		}

		public void setTtl(@Nullable Duration ttl) {
			this.ttl = ttl;
		}

		private void validate(Check check) {
			check.that(this.ttl == null || isPositive(this.ttl), "ttl",
					"write a duration from '1ms' to '365d', such as '30d'; for good, leave it out");
		}

	}

	/**
	 * What one instance grants.
	 */
	public static class Limits {

		/**
		 * The largest message that send accepts, as JSON.
		 */
		private DataSize messageSize = DataSize.ofMegabytes(1);

		/**
		 * The largest frame that a client may send.
		 */
		private DataSize frameSize = DataSize.ofKilobytes(64);

		/**
		 * How large the state of one channel may be: its keys, and its values as JSON.
		 */
		private DataSize stateSize = DataSize.ofMegabytes(4);

		/**
		 * How many keys the state of one channel may have.
		 */
		private int stateKeys = 10_000;

		/**
		 * How many channels a client may be subscribed to.
		 */
		private int channelsPerClient = 100;

		/**
		 * How many clients an instance takes. With 0 there is no limit.
		 */
		private int clients;

		/**
		 * How many of an instance's clients may be one user's. With 0 there is no limit.
		 */
		private int clientsPerUser;

		/**
		 * How many messages all clients of an instance may send to one channel in the
		 * long run; twice as many at once. With 0 there is no limit.
		 */
		private int publishesPerSecond = 100;

		/**
		 * How many commands a client may send each second in the long run. At once it may
		 * send twice as many as it may have channels.
		 */
		private int commandsPerSecond = 100;

		/**
		 * How many calls of actions a client may have under way.
		 */
		private int callsPerClient = 20;

		/**
		 * How many actions run at a time, where they run on threads of a pool. Others
		 * wait.
		 */
		private int calls = 200;

		/**
		 * How much may wait to be written to one client. An empty queue takes any one
		 * message.
		 */
		private DataSize outboundQueue = DataSize.ofMegabytes(1);

		public DataSize getMessageSize() {
			return this.messageSize;
		}

		public void setMessageSize(DataSize messageSize) {
			this.messageSize = messageSize;
		}

		public DataSize getFrameSize() {
			return this.frameSize;
		}

		public void setFrameSize(DataSize frameSize) {
			this.frameSize = frameSize;
		}

		public DataSize getStateSize() {
			return this.stateSize;
		}

		public void setStateSize(DataSize stateSize) {
			this.stateSize = stateSize;
		}

		public int getStateKeys() {
			return this.stateKeys;
		}

		public void setStateKeys(int stateKeys) {
			this.stateKeys = stateKeys;
		}

		public int getChannelsPerClient() {
			return this.channelsPerClient;
		}

		public void setChannelsPerClient(int channelsPerClient) {
			this.channelsPerClient = channelsPerClient;
		}

		public int getClients() {
			return this.clients;
		}

		public void setClients(int clients) {
			this.clients = clients;
		}

		public int getPublishesPerSecond() {
			return this.publishesPerSecond;
		}

		public void setPublishesPerSecond(int publishesPerSecond) {
			this.publishesPerSecond = publishesPerSecond;
		}

		public int getClientsPerUser() {
			return this.clientsPerUser;
		}

		public void setClientsPerUser(int clientsPerUser) {
			this.clientsPerUser = clientsPerUser;
		}

		public int getCommandsPerSecond() {
			return this.commandsPerSecond;
		}

		public void setCommandsPerSecond(int commandsPerSecond) {
			this.commandsPerSecond = commandsPerSecond;
		}

		public int getCallsPerClient() {
			return this.callsPerClient;
		}

		public void setCallsPerClient(int callsPerClient) {
			this.callsPerClient = callsPerClient;
		}

		public int getCalls() {
			return this.calls;
		}

		public void setCalls(int calls) {
			this.calls = calls;
		}

		public DataSize getOutboundQueue() {
			return this.outboundQueue;
		}

		public void setOutboundQueue(DataSize outboundQueue) {
			this.outboundQueue = outboundQueue;
		}

		private void validate(Check check) {
			check.size(this.messageSize, DataSize.ofBytes(1), "messageSize");
			check.size(this.frameSize, MIN_FRAME_SIZE, "frameSize");
			check.size(this.stateSize, DataSize.ofBytes(1), "stateSize");
			check.that(this.stateKeys > 0, "stateKeys", "write 1 or more");
			check.that(this.channelsPerClient > 0, "channelsPerClient", "write 1 or more");
			check.that(this.clients >= 0, "clients", "write 0 for no limit, or how many clients to take");
			check.that(this.publishesPerSecond >= 0, "publishesPerSecond",
					"write 0 for no limit, or how many messages a channel takes");
			check.that(this.clientsPerUser >= 0, "clientsPerUser", "write 0 for no limit, or how many clients to take");
			check.that(this.commandsPerSecond > 0, "commandsPerSecond", "write 1 or more");
			check.that(this.callsPerClient > 0, "callsPerClient", "write 1 or more");
			check.that(this.calls > 0, "calls", "write 1 or more");
			check.size(this.outboundQueue, MIN_FRAME_SIZE, "outboundQueue");
		}

	}

	private static boolean isPositive(DataSize size) {
		return size.toBytes() > 0;
	}

	private static boolean isPositive(Duration duration) {
		return duration.compareTo(Duration.ofMillis(1)) >= 0 && duration.compareTo(MAX_DURATION) <= 0;
	}

	private record Check(Errors errors) {

		private void that(boolean valid, String field, String advice) {
			if (!valid) {
				this.errors.rejectValue(field, "invalid", advice);
			}
		}

		private void size(DataSize size, DataSize least, String field) {
			that(size.compareTo(least) >= 0 && size.toBytes() <= Integer.MAX_VALUE, field,
					"write a size from '" + least.toBytes() + "B' to '2047MB'");
		}

	}

}
