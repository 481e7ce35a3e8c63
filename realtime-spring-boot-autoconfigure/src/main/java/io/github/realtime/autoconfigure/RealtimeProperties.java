package io.github.realtime.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

	private final HistoryDefaults history = new HistoryDefaults();

	/**
	 * Rules for the channels whose names match a pattern. The first match wins; what a
	 * rule leaves out is inherited.
	 */
	private List<Channel> channels = new ArrayList<>();

	private final Limits limits = new Limits();

	private final PresenceSettings presence = new PresenceSettings();

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

	public HistoryDefaults getHistory() {
		return this.history;
	}

	public List<Channel> getChannels() {
		return this.channels;
	}

	public void setChannels(List<Channel> channels) {
		this.channels = channels;
	}

	public PresenceSettings getPresence() {
		return this.presence;
	}

	public Limits getLimits() {
		return this.limits;
	}

	@Override
	public boolean supports(Class<?> type) {
		return RealtimePropertiesValidator.supports(type);
	}

	/**
	 * Boot validates properties only with the object that they are bound to.
	 */
	@Override
	public void validate(Object target, Errors errors) {
		new RealtimePropertiesValidator(errors).validate(target);
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
	public static class HistoryDefaults {

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

		private final ChannelStateRule state = new ChannelStateRule();

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

		public ChannelStateRule getState() {
			return this.state;
		}

	}

	/**
	 * Who is on channels.
	 */
	public static class PresenceSettings {

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

	}

	/**
	 * The state of these channels.
	 */
	public static class ChannelStateRule {

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

	}

}
