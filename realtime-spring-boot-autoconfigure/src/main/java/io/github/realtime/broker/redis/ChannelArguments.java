package io.github.realtime.broker.redis;

import io.github.realtime.broker.HistoryPolicy;
import io.github.realtime.broker.StatePolicy;

/**
 * What scripts get about one channel, and what stays the same. It is encoded once, since
 * each publication sends it.
 */
final class ChannelArguments {

	private final String numbering;

	private final String history;

	private final String state;

	private final byte[] historySize;

	private final byte[] historyBytes;

	private final byte[] historyTtl;

	private final byte[] stateBytes;

	private final byte[] stateKeys;

	private final byte[] stateTtl;

	private final byte[] relay;

	ChannelArguments(String channel, RedisKeys keys, HistoryPolicy history, StatePolicy state) {
		this.numbering = keys.numbering(channel);
		this.history = keys.history(channel);
		this.state = keys.state(channel);
		this.historySize = Bytes.of(history.size());
		this.historyBytes = Bytes.of(history.bytes());
		this.historyTtl = Bytes.of(history.ttl().toMillis());
		this.stateBytes = Bytes.of(state.size());
		this.stateKeys = Bytes.of(state.keys());
		this.stateTtl = (state.ttl() != null) ? Bytes.of(state.ttl().toMillis()) : Bytes.EMPTY;
		this.relay = Bytes.of(keys.relay(channel));
	}

	/**
	 * Begins the call of a script that includes {@code channel.lua}, or has its keys.
	 * @param script the script
	 * @return the call, with the keys of the channel
	 */
	ScriptCall call(Script script) {
		return new ScriptCall(script).with(ScriptKey.NUMBERING, this.numbering)
			.with(ScriptKey.HISTORY, this.history)
			.with(ScriptKey.STATE, this.state);
	}

	/**
	 * Sets what {@code append.lua} gets about the channel.
	 * @param call the call
	 */
	void addAppend(ScriptCall call) {
		addHistoryTtl(call.with(ScriptArgument.HISTORY_SIZE, this.historySize)
			.with(ScriptArgument.HISTORY_BYTES, this.historyBytes)
			.with(ScriptArgument.RELAY, this.relay));
	}

	void addHistoryTtl(ScriptCall call) {
		call.with(ScriptArgument.HISTORY_TTL, this.historyTtl);
	}

	void addState(ScriptCall call) {
		call.with(ScriptArgument.STATE_BYTES, this.stateBytes)
			.with(ScriptArgument.STATE_KEYS, this.stateKeys)
			.with(ScriptArgument.STATE_TTL, this.stateTtl);
	}

}
