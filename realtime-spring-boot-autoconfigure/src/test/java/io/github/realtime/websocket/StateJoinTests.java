package io.github.realtime.websocket;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.github.realtime.ChannelState;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.testing.Patience;
import io.github.realtime.testing.RedisServer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that ask for a channel's state while others change it.
 */
class StateJoinTests {

	private static final int JOINS = 1000;

	/** So many joins there are of each channel. */
	private static final int JOINS_OF_ONE = 10;

	private final long seed = System.nanoTime();

	private final Random random = new Random(this.seed);

	private volatile String channel = "nobody_joins_this";

	private volatile boolean writing = true;

	/** Where what the witness hears of that channel begins. */
	private int start;

	private int filled;

	private int changed;

	@Test
	void joinWhenInMemoryThenSnapshotAndChangesGiveTheTrueMap() throws Exception {
		try (RealtimeServer server = server("realtime.broker=memory")) {
			joinAThousandTimes(server, server);
		}
	}

	@Test
	void joinWhenTheWriterIsOnAnotherInstanceThenSnapshotAndChangesGiveTheTrueMap() throws Exception {
		try (RedisServer redis = RedisServer.start("appendfsync no");
				RealtimeServer here = server("spring.data.redis.url=" + redis.uri());
				RealtimeServer there = server("spring.data.redis.url=" + redis.uri())) {
			joinAThousandTimes(there, here);
		}
	}

	private static RealtimeServer server(String broker) {
		return new RealtimeServer()
			.with(broker, "spring.application.name=joins", "realtime.redis.timeout=30s",
					"realtime.limits.commands-per-second=100000", "realtime.limits.channels-per-client=" + JOINS)
			.start();
	}

	private void joinAThousandTimes(RealtimeServer there, RealtimeServer here) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (RawClient witness = there.client(); RawClient client = here.client()) {
			List<Future<Boolean>> writers = List.of(threads.submit(writer(there.realtime(), this.seed + 1)),
					threads.submit(writer(there.realtime(), this.seed + 2)));
			for (int join = 0; join < JOINS; join++) {
				if (join % JOINS_OF_ONE == 0) {
					// Before anything is written there, so that the changes alone give
					// the map
					this.start = witness.count();
					witness.subscribe(channel(join / JOINS_OF_ONE));
					this.channel = channel(join / JOINS_OF_ONE);
				}
				join(client, witness, join);
			}
			this.writing = false;
			for (Future<Boolean> writer : writers) {
				assertThat(writer.get(Patience.PLENTY.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			assertThat(client.lines((line) -> line.has("code"))).as("errors, resyncs; seed " + this.seed).isEmpty();
		}
		finally {
			this.writing = false;
			threads.shutdown();
		}
		assertThat(this.filled).as("snapshots with something in them").isGreaterThan(JOINS / 2);
		assertThat(this.changed).as("changes behind a snapshot").isGreaterThan(JOINS / 2);
	}

	private void join(RawClient client, RawClient witness, int join) {
		String description = "join " + join + ", seed " + this.seed;
		int seen = client.count();
		JsonNode snapshot;
		if (join % 2 == 0) {
			snapshot = client.command(command("subscribe", ",\"state\":true"));
		}
		else {
			client.subscribe(this.channel);
			pause();
			snapshot = client.command(command("snapshot", ""));
		}
		pause();
		client.unsubscribe(this.channel);

		long offset = snapshot.get("offset").longValue();
		Map<String, JsonNode> map = new HashMap<>();
		snapshot.get("state").forEachEntry(map::put);
		assertThat(map).as("snapshot at " + offset + ", " + description).isEqualTo(truth(witness, offset));
		this.filled += map.isEmpty() ? 0 : 1;
		long last = offset;
		for (JsonNode line : client.lines(seen).stream().filter(of(this.channel)).filter(isPublication()).toList()) {
			// One that overtook the snapshot is not in it
			if (line.get("offset").longValue() > offset) {
				assertThat(line.get("offset").longValue()).as(description).isEqualTo(++last);
				apply(line, map);
				this.changed++;
			}
		}
		assertThat(map).as("map at " + last + ", " + description).isEqualTo(truth(witness, last));
	}

	private String command(String type, String more) {
		return "{\"type\":\"" + type + "\",\"id\":%d,\"channel\":\"" + this.channel + "\"" + more + "}";
	}

	private void pause() {
		LockSupport.parkNanos(this.random.nextInt(2_000_000));
	}

	private Map<String, JsonNode> truth(RawClient witness, long offset) {
		Map<String, JsonNode> map = new HashMap<>();
		await().until(() -> offset == 0 || witness.lines(this.start).stream().anyMatch(isPublication(offset)));
		witness.lines(this.start)
			.stream()
			.filter(of(this.channel).and(isPublication()))
			.filter((line) -> line.get("offset").longValue() <= offset)
			.forEach((line) -> apply(line, map));
		return map;
	}

	private Predicate<JsonNode> isPublication(long offset) {
		return of(this.channel).and(isPublication()).and((line) -> line.get("offset").longValue() == offset);
	}

	private static void apply(JsonNode line, Map<String, JsonNode> map) {
		if (line.has("changes")) {
			line.get("changes").forEach((change) -> apply(change, map));
		}
		else if (line.path("deleted").asBoolean(false)) {
			map.remove(line.get("key").stringValue());
		}
		else if (line.has("key")) {
			map.put(line.get("key").stringValue(), line.get("value"));
		}
	}

	private static Predicate<JsonNode> of(String channel) {
		return (line) -> line.path("channel").asString().equals(channel);
	}

	private static Predicate<JsonNode> isPublication() {
		return RawClient.type("state").or(RawClient.type("message"));
	}

	private static String channel(int number) {
		return "joined" + number;
	}

	private Callable<Boolean> writer(RealtimeTemplate realtime, long seed) {
		Random random = new Random(seed);
		return () -> {
			while (this.writing) {
				write(realtime, random);
				LockSupport.parkNanos(500_000);
			}
			return true;
		};
	}

	private void write(RealtimeTemplate realtime, Random random) {
		ChannelState state = realtime.channel(this.channel).state();
		String key = "k" + random.nextInt(20);
		switch (random.nextInt(8)) {
			case 0, 1, 2 -> state.set(key, new TreeMap<>(Map.of("n", random.nextInt(), "text", "é\n")));
			case 3 -> state.increment("count", random.nextInt(10) - 5);
			case 4 -> state.remove(key);
			case 5 -> state.change((changes) -> changes.set(key, null).increment("count", 1).remove("k0"));
			case 6 -> realtime.send(this.channel, key);
			default -> {
				if (random.nextInt(10) == 0) {
					state.clear();
				}
			}
		}
	}

}
