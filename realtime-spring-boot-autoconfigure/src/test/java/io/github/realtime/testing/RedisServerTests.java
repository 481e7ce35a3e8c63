package io.github.realtime.testing;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RedisServer}.
 */
@Tag("processes")
class RedisServerTests {

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void serverWhenKilledAndRestartedThenKeepsPortAndData(Redis redis) {
		try (RedisServer server = RedisServer.start(redis)) {
			assertThat(server.cli("INFO", "server")).contains("redis_version:" + redis.version());
			server.cli("SET", "key", "value");
			int port = server.port();
			server.kill();
			assertThat(server.isRunning()).isFalse();
			server.restart();
			assertThat(server.port()).isEqualTo(port);
			assertThat(server.cli("GET", "key")).isEqualTo("value");
			server.restartEmpty();
			assertThat(server.port()).isEqualTo(port);
			assertThat(server.cli("GET", "key")).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void serverWhenRestartedWithACopyThenHasTheDataOfThatTime(Redis redis) {
		try (RedisServer server = RedisServer.start(redis)) {
			server.cli("SET", "key", "then");
			Path copy = server.copyData();
			server.cli("SET", "key", "now");
			server.restartWith(copy);
			assertThat(server.cli("GET", "key")).isEqualTo("then");
		}
	}

	@Test
	void availableWhenOnLinuxThenHoldsTheEmbeddedOne() {
		assertThat(Redis.available()).contains(Redis.EMBEDDED);
		assertThat(Redis.EMBEDDED.version()).startsWith("6.2.");
	}

	@Test
	void commandWhenServerIsPausedThenIsAnsweredAfterResume() throws Exception {
		try (RedisServer server = RedisServer.start();
				Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
			server.pause();
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.setSoTimeout(200);
			InputStream in = socket.getInputStream();
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(in::read);
			assertThat(server.isRunning()).isTrue();
			server.resume();
			socket.setSoTimeout((int) Patience.ENOUGH.toMillis());
			assertThat(new String(in.readNBytes(7), StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
		}
	}

	@Test
	void commandsProcessedWhenOthersSendCommandsThenCountsTheirs() throws Exception {
		try (RedisServer server = RedisServer.start()) {
			long before = server.commandsProcessed();
			server.cli("SET", "key", "own");
			assertThat(server.commandsProcessed()).isEqualTo(before);
			try (RespConnection other = new RespConnection(server.port())) {
				other.call("GET", "key");
				other.call("PING");
			}
			assertThat(server.commandsProcessed()).isEqualTo(before + 2);
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.realtime.testing.Redis#available")
	void cliWhenUsersAreRestrictedThenMayDoEverything(Redis redis) throws Exception {
		try (RedisServer server = RedisServer.start(redis, "requirepass secret",
				"user app on >word ~app:* resetchannels &app:* +@all -@dangerous", "maxmemory 20mb");
				RespConnection stranger = new RespConnection(server.port())) {
			assertThat(server.cli("CONFIG", "GET", "maxmemory")).isEqualTo("maxmemory\n20971520");
			assertThatIllegalStateException().isThrownBy(() -> stranger.call("PING")).withMessageContaining("NOAUTH");
			assertThat(stranger.call("AUTH", "secret")).isEqualTo("OK");
			stranger.call("AUTH", "app", "word");
			assertThatIllegalStateException().isThrownBy(() -> stranger.call("GET", "other"))
				.withMessageContaining("NOPERM");
		}
	}

	@Test
	void startWhenOptionIsWrongThenFailsWithWhatRedisSays() {
		assertThatIllegalStateException().isThrownBy(() -> RedisServer.start("maxmemory lots"))
			.withMessageContaining("FATAL CONFIG FILE ERROR")
			.withMessageContaining("maxmemory lots");
	}

	@Test
	void startWhenManyRunThenEachHasItsOwnPort() {
		try (RedisServer one = RedisServer.start(); RedisServer two = RedisServer.start()) {
			one.cli("SET", "key", "one");
			assertThat(two.cli("GET", "key")).isNull();
		}
	}

}
