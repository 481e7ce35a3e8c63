package io.github.realtime.broker.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.lettuce.core.codec.Base16;

import org.springframework.util.Assert;

/**
 * The Lua scripts, and the order in which each gets its keys and arguments, as its header
 * has it. A script is a file of its own behind the files that it shares with others.
 */
enum Script {

	PUBLISH(files("server", "channel", "append", "publish"), Keys.PUBLICATION, Arguments.APPEND),

	CHANGE(files("server", "channel", "append", "change"), Keys.PUBLICATION, Arguments.APPEND,
			ScriptArgument.STATE_BYTES, ScriptArgument.STATE_KEYS, ScriptArgument.STATE_TTL, ScriptArgument.EDITS),

	READ(files("server", "channel", "read"), Keys.CHANNEL, Arguments.CHANNEL, ScriptArgument.SINCE_EPOCH,
			ScriptArgument.SINCE_OFFSET, ScriptArgument.LIMIT, ScriptArgument.HISTORY_TTL, ScriptArgument.LISTENED,
			ScriptArgument.WITH_STATE),

	VALUE(files("value"), Keys.CHANNEL, Arguments.NONE, ScriptArgument.STATE_KEY),

	KNOWN(files("known"), Keys.PUBLICATION, Arguments.NONE),

	CLAIM(files("claim"), List.of(ScriptKey.CLAIM), Arguments.NONE, ScriptArgument.INSTANCE, ScriptArgument.CLAIM_TTL),

	OCCUPY(files("occupy"), List.of(ScriptKey.OCCUPANTS), Arguments.NONE, ScriptArgument.INSTANCE),

	VACATE(files("vacate"), List.of(ScriptKey.OCCUPANTS), Arguments.NONE, ScriptArgument.INSTANCE,
			ScriptArgument.REPEATED),

	LEASE(files("lease"), List.of(ScriptKey.LEASES), Arguments.NONE, ScriptArgument.INSTANCE, ScriptArgument.LEASE_TTL),

	OCCUPIED(files("occupied"), List.of(ScriptKey.LEASES, ScriptKey.HELD_CHANNELS), Arguments.NONE,
			ScriptArgument.INSTANCE, ScriptArgument.ACTION, ScriptArgument.CHANNEL),

	ENTER(files("server", "presence", "enter"), Keys.MEMBERS, Arguments.MEMBERSHIP, ScriptArgument.CLIENT_ID,
			ScriptArgument.STAY, ScriptArgument.MEMBER, ScriptArgument.REPEATED),

	LEAVE(files("server", "presence", "leave"), Keys.MEMBERS, Arguments.MEMBERSHIP, ScriptArgument.CLIENT_ID,
			ScriptArgument.STAY),

	MEMBERS(files("server", "presence", "members"), Keys.MEMBERS, Arguments.NONE, ScriptArgument.AFTER,
			ScriptArgument.LIMIT),

	BEGIN(files("begin"), List.of(ScriptKey.IDEMPOTENCY_RECORD), Arguments.NONE, ScriptArgument.INSTANCE,
			ScriptArgument.LEASE_TTL, ScriptArgument.RECORD_TTL),

	ANSWER(files("answer"), List.of(ScriptKey.IDEMPOTENCY_RECORD), Arguments.NONE, ScriptArgument.INSTANCE,
			ScriptArgument.ACTION, ScriptArgument.LEASE_TTL_OR_ANSWER, ScriptArgument.RECORD_TTL);

	private final List<String> files;

	private final List<ScriptKey> keys;

	private final List<ScriptArgument> arguments;

	private final String source;

	private final String digest;

	Script(List<String> files, List<ScriptKey> keys, List<ScriptArgument> shared, ScriptArgument... own) {
		this.files = files;
		this.keys = keys;
		this.arguments = Arguments.join(shared, own);
		this.source = files.stream().map(Script::read).collect(Collectors.joining("\n"));
		this.digest = Base16.digest(this.source.getBytes(StandardCharsets.UTF_8));
	}

	List<String> files() {
		return this.files;
	}

	List<ScriptKey> keys() {
		return this.keys;
	}

	List<ScriptArgument> arguments() {
		return this.arguments;
	}

	int placeOf(ScriptKey key) {
		int place = this.keys.indexOf(key);
		Assert.state(place >= 0, () -> this + " has no key " + key);
		return place;
	}

	int placeOf(ScriptArgument argument) {
		int place = this.arguments.indexOf(argument);
		Assert.state(place >= 0, () -> this + " has no argument " + argument);
		return place;
	}

	/**
	 * Returns the script.
	 * @return its text
	 */
	String source() {
		return this.source;
	}

	/**
	 * Returns the name by which Redis knows the script once it has been loaded.
	 * @return the SHA-1 digest
	 */
	String digest() {
		return this.digest;
	}

	private static List<String> files(String... names) {
		return Arrays.stream(names).map((name) -> name + ".lua").toList();
	}

	private static String read(String file) {
		try (InputStream stream = Script.class.getResourceAsStream(file)) {
			Assert.state(stream != null, () -> "There is no " + file + " beside " + Script.class);
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Keys that several scripts get.
	 */
	private static final class Keys {

		private static final List<ScriptKey> CHANNEL = List.of(ScriptKey.NUMBERING, ScriptKey.HISTORY, ScriptKey.STATE);

		private static final List<ScriptKey> PUBLICATION = List.of(ScriptKey.NUMBERING, ScriptKey.HISTORY,
				ScriptKey.STATE, ScriptKey.IDEMPOTENCY_KEY);

		private static final List<ScriptKey> MEMBERS = List.of(ScriptKey.MEMBER_IDS, ScriptKey.MEMBERS,
				ScriptKey.MEMBERS_NUMBERING);

	}

	/**
	 * Arguments that several scripts get, because they include the same file.
	 */
	private static final class Arguments {

		private static final List<ScriptArgument> NONE = List.of();

		private static final List<ScriptArgument> CHANNEL = List.of(ScriptArgument.EPOCH_PREFIX,
				ScriptArgument.KNOWN_EPOCH, ScriptArgument.KNOWN_OFFSET, ScriptArgument.KNOWN_TERM);

		private static final List<ScriptArgument> APPEND = join(CHANNEL, ScriptArgument.HISTORY_SIZE,
				ScriptArgument.HISTORY_BYTES, ScriptArgument.HISTORY_TTL, ScriptArgument.PUBLISH_COMMAND,
				ScriptArgument.RELAY, ScriptArgument.LINE_HEAD, ScriptArgument.LINE_END, ScriptArgument.EXCLUDED_CLIENT,
				ScriptArgument.IDEMPOTENCY_TTL);

		private static final List<ScriptArgument> MEMBERSHIP = List.of(ScriptArgument.PUBLISH_COMMAND,
				ScriptArgument.RELAY, ScriptArgument.LINE_HEAD);

		private static List<ScriptArgument> join(List<ScriptArgument> shared, ScriptArgument... own) {
			List<ScriptArgument> all = new ArrayList<>(shared);
			all.addAll(List.of(own));
			return List.copyOf(all);
		}

	}

}
