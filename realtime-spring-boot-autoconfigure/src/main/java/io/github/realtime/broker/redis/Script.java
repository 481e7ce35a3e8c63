package io.github.realtime.broker.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lettuce.core.codec.Base16;

import org.springframework.util.Assert;

/**
 * The Lua scripts, each in a file of its own behind what it shares with others.
 */
enum Script {

	PUBLISH("server.lua", "channel.lua", "append.lua", "publish.lua"),
	CHANGE("server.lua", "channel.lua", "append.lua", "change.lua"), READ("server.lua", "channel.lua", "read.lua"),
	VALUE("value.lua"), KNOWN("known.lua"), CLAIM("claim.lua"), OCCUPY("occupy.lua"), VACATE("vacate.lua"),
	LEASE("lease.lua"), OCCUPIED("occupied.lua"), ENTER("server.lua", "presence.lua", "enter.lua"),
	LEAVE("server.lua", "presence.lua", "leave.lua"), MEMBERS("server.lua", "presence.lua", "members.lua"),
	BEGIN("begin.lua"), ANSWER("answer.lua");

	private final String source;

	private final String digest;

	Script(String... files) {
		this.source = Stream.of(files).map(Script::read).collect(Collectors.joining("\n"));
		this.digest = Base16.digest(this.source.getBytes(StandardCharsets.UTF_8));
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

	private static String read(String file) {
		try (InputStream stream = Script.class.getResourceAsStream(file)) {
			Assert.state(stream != null, () -> "There is no " + file + " beside " + Script.class);
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
