package io.github.realtime.broker.tck;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.StateRefusedException.Reason;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.History;
import io.github.realtime.broker.StateChange;
import io.github.realtime.broker.StateEdit;
import io.github.realtime.broker.StateEntry;
import io.github.realtime.broker.StateOutcome;
import io.github.realtime.broker.StateOutcome.Changed;
import io.github.realtime.broker.StateOutcome.Conflict;
import io.github.realtime.broker.StateOutcome.Refused;
import io.github.realtime.protocol.Line;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link Broker} promises of state.
 * <ul>
 * <li>A change is stored and published in one step, and has one number in the same
 * numbering as messages. A client that reads the state at a position and applies the
 * publications after it has the true map; if the two were separate steps, it would miss a
 * change or apply one twice.</li>
 * <li>Several edits are one publication, and either all are made or none.</li>
 * <li>A change that expects a value, an increment and a bound are checked where the value
 * is: what many threads and many instances do at the same time takes effect one after the
 * other.</li>
 * <li>State lives as long as its channel's numbering. If it is lost, a new epoch
 * begins.</li>
 * </ul>
 *
 * @since 0.1.0
 */
public abstract class StateContract extends PublicationContract {

	@Test
	void setIsPublishedAndStoredInOneStep() {
		subscribe("board_1");
		publish("board_1", "0");
		Changed changed = changed("board_1", set("score", "{\"a\":[1,null]}"));
		assertThat(changed.position().offset()).isEqualTo(2);
		assertThat(changed.values()).extracting(Line::text).containsExactly("{\"a\":[1,null]}");
		publish("board_1", "3");
		assertThat(this.recorder.await("board_1", 3)).extracting(Publication::offset).containsExactly(1L, 2L, 3L);
		assertThat(this.recorder.of("board_1").get(1).line().json())
			.isEqualTo(json("{'type':'state','channel':'board_1','offset':2,'key':'score','value':{'a':[1,null]}}"));
		assertThat(entry("board_1", "score")).isEqualTo(new StateEntry(Line.of("{\"a\":[1,null]}"), 2));
		History snapshot = snapshot("board_1", null);
		assertThat(snapshot.top()).isEqualTo(new Position(changed.position().epoch(), 3));
		assertThat(snapshot.complete()).isTrue();
		assertThat(snapshot.state()).containsExactly(Map.entry("score", present("board_1", "score")));
		assertThat(history("board_1", null, 10).publications()).isEqualTo(this.recorder.of("board_1"));
		assertThat(history("board_1", null, 10).state()).isNull();
	}

	@Test
	void changeOfAClientNamesItAndItsOp() {
		subscribe("board_1");
		get(this.broker.change(new StateChange("board_1", List.of(set("k", "1")), "c1", "o\"p", "c1:op")));
		assertThat(this.recorder.await("board_1", 1).get(0).line().json()).isEqualTo(
				json("{'type':'state','channel':'board_1','offset':1,'key':'k','value':1,'from':'c1','op':'o\\\"p'}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "__proto__", "with space", "a\"b\\c/d", "ünï 🎉", "\u0001\t\u2028\u007f", "{k}", "a:b" })
	void keyOfAnyCharactersIsKept(String key) {
		subscribe("board_1");
		changed("board_1", set(key, "1"));
		assertThat(snapshot("board_1", null).state()).containsOnlyKeys(key);
		assertThat(present("board_1", key).value().text()).isEqualTo("1");
		assertThat(this.recorder.await("board_1", 1).get(0).line().json().get("key").stringValue()).isEqualTo(key);
		assertThat(this.recorder.of("board_1").get(0).line())
			.satisfies((line) -> assertThat(line).isEqualTo(Line.of(line.text())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "0", "\"\"", "false", "[]", "\"ünï 🎉 \\u0000\"" })
	void valueOfAnyKindIsThere(String value) {
		changed("board_1", set("k", value));
		assertThat(entry("board_1", "k")).isEqualTo(new StateEntry(Line.of(value), 1));
		assertThat(outcome("board_1", new StateEdit.Set("k", Line.of("1"), 0L))).isInstanceOf(Conflict.class);
	}

	@Test
	void changeThatWasMadeIsKnownByItsKey() {
		get(this.broker.change(new StateChange("board_1", List.of(set("k", "1")), "c1", "op", "c1:op")));
		assertThat(get(this.broker.hasChanged("board_1", "c1:op"))).isTrue();
		assertThat(get(this.broker.hasChanged("board_1", "c1:other"))).isFalse();
		assertThat(get(this.broker.hasChanged("board_2", "c1:op"))).isFalse();
		get(this.broker.change(new StateChange("board_1", List.of(expecting("k", "2", 0)), "c1", "vain", "c1:vain")));
		assertThat(get(this.broker.hasChanged("board_1", "c1:vain"))).isFalse();
		elapse(Duration.ofMinutes(5));
		assertThat(get(this.broker.hasChanged("board_1", "c1:op"))).isFalse();
	}

	@Test
	void removeIsPublishedAndRemoves() {
		subscribe("board_1");
		changed("board_1", set("k", "1"));
		assertThat(changed("board_1", new StateEdit.Remove("k", null)).values()).containsExactly((Line) null);
		assertThat(this.recorder.await("board_1", 2).get(1).line().json())
			.isEqualTo(json("{'type':'state','channel':'board_1','offset':2,'key':'k','deleted':true}"));
		assertThat(entry("board_1", "k")).isNull();
		assertThat(snapshot("board_1", null).state()).isEmpty();
	}

	@Test
	void severalEditsAreOnePublication() {
		subscribe("board_1");
		changed("board_1", set("gone", "1"));
		Changed changed = changed("board_1", set("a", "1"), new StateEdit.Increment("a", 2, true),
				new StateEdit.Increment("b", 0.5, false), new StateEdit.Remove("gone", null));
		assertThat(changed.values()).extracting((value) -> (value != null) ? value.text() : null)
			.containsExactly("1", "3", "0.5", null);
		assertThat(this.recorder.await("board_1", 2).get(1).line().json())
			.isEqualTo(json("{'type':'state','channel':'board_1','offset':2,'changes':[{'key':'a','value':3},"
					+ "{'key':'b','value':0.5},{'key':'gone','deleted':true}]}"));
		assertThat(snapshot("board_1", null).state()).containsOnlyKeys("a", "b");
	}

	@Test
	void severalEditsOfWhichOneFailsChangeNothing() {
		subscribe("board_1");
		changed("board_1", set("text", "\"x\""));
		assertThat(outcome("board_1", set("a", "1"), new StateEdit.Increment("text", 1, false)))
			.isEqualTo(new Refused(Reason.NOT_A_NUMBER, "text"));
		assertThat(outcome("board_1", set("a", "1"), new StateEdit.Set("text", Line.of("2"), 0L)))
			.isEqualTo(new Conflict("text", new StateEntry(Line.of("\"x\""), 1)));
		assertThat(snapshot("board_1", null).state()).containsOnlyKeys("text");
		assertThat(snapshot("board_1", null).top().offset()).isOne();
	}

	@Test
	void clearRemovesAll() {
		subscribe("board_1");
		changed("board_1", set("a", "1"), set("b", "2"));
		changed("board_1", set("c", "3"), new StateEdit.Clear(), set("b", "4"));
		assertThat(snapshot("board_1", null).state()).containsExactly(Map.entry("b", new StateEntry(Line.of("4"), 2)));
		Map<String, JsonNode> changes = new HashMap<>();
		this.recorder.await("board_1", 2)
			.get(1)
			.line()
			.json()
			.get("changes")
			.forEach((change) -> changes.put(change.get("key").stringValue(), change));
		assertThat(changes).containsOnlyKeys("a", "b", "c")
			.containsEntry("a", json("{'key':'a','deleted':true}"))
			.containsEntry("b", json("{'key':'b','value':4}"))
			.containsEntry("c", json("{'key':'c','deleted':true}"));
	}

	@Test
	void clearOfNothingPublishesNothing() {
		Position top = publish("board_1", "1");
		assertThat(changed("board_1", new StateEdit.Clear()).position()).isEqualTo(top);
		assertThat(history("board_1", null, 10).top()).isEqualTo(top);
	}

	@Test
	void expectComparesWithTheLastChangeOfTheKey() {
		changed("board_1", set("k", "1"));
		changed("board_1", set("other", "1"));
		assertThat(outcome("board_1", expecting("k", "2", 0))).isEqualTo(conflict("k", "1", 1));
		assertThat(outcome("board_1", expecting("k", "2", 2))).as("not changed after 2").isInstanceOf(Changed.class);
		assertThat(outcome("board_1", expecting("k", "3", 2))).isEqualTo(conflict("k", "2", 3));
		assertThat(outcome("board_1", expecting("k", "3", 3))).isInstanceOf(Changed.class);
		assertThat(outcome("board_1", expecting("absent", "1", 5))).isEqualTo(new Conflict("absent", null));
		assertThat(outcome("board_1", expecting("absent", "1", 0))).isInstanceOf(Changed.class);
		assertThat(outcome("board_1", new StateEdit.Remove("k", 3L))).isEqualTo(conflict("k", "3", 4));
		assertThat(outcome("board_1", new StateEdit.Remove("k", 4L))).isInstanceOf(Changed.class);
		assertThat(outcome("board_1", expecting("k", "1", 4))).isEqualTo(new Conflict("k", null));
	}

	@ParameterizedTest
	@CsvSource({ "5, 3, 8", "5, -7, -2", "0.1, 0.2, 0.30000000000000004", "1e3, 1, 1001", "-0, 0, 0",
			"9007199254740991, 1, 9007199254740992", "0.5, 0.5, 1", "1e20, 1, 100000000000000000000",
			"1.5e-7, 0, 1.5e-7" })
	void incrementAdds(String before, double by, double after) {
		changed("board_1", set("n", before));
		Line value = changed("board_1", new StateEdit.Increment("n", by, false)).values().get(0);
		assertThat(value.json().isNumber()).isTrue();
		assertThat(value.json().doubleValue()).isEqualTo(after);
		assertThat(present("board_1", "n").value()).isEqualTo(value);
	}

	@Test
	void incrementOfNothingBeginsAtZero() {
		assertThat(changed("board_1", new StateEdit.Increment("n", 4, true)).values()).containsExactly(Line.of("4"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"5"    | 1     | false | NOT_A_NUMBER
			null   | 1     | false | NOT_A_NUMBER
			true   | 1     | false | NOT_A_NUMBER
			[1]    | 1     | false | NOT_A_NUMBER
			{}     | 1     | false | NOT_A_NUMBER
			1e308  | 1e308 | false | NOT_A_NUMBER
			1.5    | 1     | true  | NOT_WHOLE
			9007199254740992  | 1  | true  | NOT_WHOLE
			-9007199254740991 | -1 | true  | NOT_WHOLE
			9007199254740991  | 1  | true  | NOT_WHOLE
			-1000 | 9007199254740993 | true | NOT_WHOLE
			""")
	void incrementOfWhatCanNotBeIncrementedIsRefused(String before, double by, boolean whole, Reason reason) {
		changed("board_1", set("n", before));
		assertThat(outcome("board_1", new StateEdit.Increment("n", by, whole))).isEqualTo(new Refused(reason, "n"));
		assertThat(entry("board_1", "n")).isEqualTo(new StateEntry(Line.of(before), 1));
		assertThat(history("board_1", null, 0).top().offset()).isOne();
	}

	@Test
	void stateIsBoundedByKeys() {
		changed("few_1", set("a", "1"), set("b", "1"), set("c", "1"));
		assertThat(outcome("few_1", set("d", "1"))).isEqualTo(new Refused(Reason.TOO_MANY_KEYS, "d"));
		assertThat(outcome("few_1", set("a", "2"))).isInstanceOf(Changed.class);
		assertThat(outcome("few_1", new StateEdit.Remove("b", null), set("d", "1"))).isInstanceOf(Changed.class);
		assertThat(snapshot("few_1", null).state()).containsOnlyKeys("a", "c", "d");
	}

	@Test
	void stateIsBoundedByBytes() {
		changed("small_1", set("ü", "\"1234\""));
		assertThat(outcome("small_1", set("b", "\"123456789\""))).as("8 + 12 bytes").isInstanceOf(Changed.class);
		assertThat(outcome("small_1", set("b", "\"1234567890\""))).isEqualTo(new Refused(Reason.TOO_LARGE, "b"));
		assertThat(outcome("small_1", set("b", "\"12345678\""))).isInstanceOf(Changed.class);
		assertThat(outcome("small_1", set("c", "1"))).isEqualTo(new Refused(Reason.TOO_LARGE, "c"));
		changed("small_1", new StateEdit.Remove("ü", null));
		assertThat(outcome("small_1", set("c", "1234567"))).isInstanceOf(Changed.class);
	}

	@Test
	void stateExpiresAfterItsLastChangeAndIsKeptAsLongAsTheNumbering() {
		Position first = changed("brief_1", set("a", "1")).position();
		elapse(STATE_TTL.minusSeconds(60));
		changed("brief_1", set("b", "1"));
		elapse(STATE_TTL.minusSeconds(60));
		assertThat(snapshot("brief_1", null).state()).containsOnlyKeys("a", "b");
		assertThat(snapshot("brief_1", null).top()).isEqualTo(new Position(first.epoch(), 2));
		elapse(Duration.ofSeconds(61));
		assertThat(snapshot("brief_1", null).state()).isEmpty();
		changed("brief_1", set("c", "1"));
		assertThat(snapshot("brief_1", null).state()).containsOnlyKeys("c");
	}

	@Test
	void stateWithoutExpiryIsKeptWithItsNumbering() {
		Position position = changed("board_1", set("a", "1")).position();
		elapse(Duration.ofDays(300));
		assertThat(snapshot("board_1", null).state()).containsOnlyKeys("a");
		assertThat(snapshot("board_1", null).top()).isEqualTo(position);
		assertThat(changed("board_1", set("a", "2")).position()).isEqualTo(new Position(position.epoch(), 2));
	}

	@Test
	void changeWhenKeyIsRepeatedTellsTheFirstOutcomeAndChangesNothing() {
		StateChange change = new StateChange("board_1", List.of(new StateEdit.Increment("n", 1, true)), "c", "op", "k");
		Changed first = (Changed) get(this.broker.change(change));
		changed("board_1", new StateEdit.Increment("n", 1, true));
		Changed repeated = (Changed) get(this.broker.change(change));
		assertThat(repeated.position()).isEqualTo(first.position());
		assertThat(repeated.values()).isEqualTo(first.values());
		assertThat(repeated.repeated()).isTrue();
		assertThat(present("board_1", "n").value().text()).isEqualTo("2");
		elapse(Duration.ofMinutes(5));
		assertThat(((Changed) get(this.broker.change(change))).values()).containsExactly(Line.of("3"));
	}

	@Test
	void changeWhenRefusedMayBeTriedAgainWithTheSameKey() {
		StateChange change = new StateChange("board_1", List.of(expecting("k", "2", 0)), null, null, "key");
		changed("board_1", set("k", "1"));
		assertThat(get(this.broker.change(change))).isInstanceOf(Conflict.class);
		changed("board_1", new StateEdit.Remove("k", null));
		assertThat(get(this.broker.change(change))).isInstanceOf(Changed.class);
	}

	@Test
	void snapshotSinceAPositionHasStateOnlyWhereThePublicationsAreNotAllThere() {
		Position first = changed("few_1", set("a", "1")).position();
		changed("few_1", set("a", "2"));
		History recovered = snapshot("few_1", first);
		assertThat(recovered.complete()).isTrue();
		assertThat(recovered.publications()).hasSize(1);
		assertThat(recovered.state()).isNull();
		publish("few_1", "1");
		publish("few_1", "2");
		publish("few_1", "3");
		History lost = snapshot("few_1", first);
		assertThat(lost.complete()).isFalse();
		assertThat(lost.publications()).isEmpty();
		assertThat(lost.state()).containsExactly(Map.entry("a", new StateEntry(Line.of("2"), 2)));
		assertThat(snapshot("few_1", new Position("other", 5)).state()).containsOnlyKeys("a");
		assertThat(snapshot("few_2", null).state()).isEmpty();
	}

	@Test
	void snapshotAndChangesGiveTheTrueMap() {
		long seed = System.nanoTime();
		subscribe("board_1");
		AtomicBoolean enough = new AtomicBoolean();
		List<CompletableFuture<Void>> writers = IntStream.range(0, 3).mapToObj((thread) -> {
			Random random = new Random(seed + thread);
			return CompletableFuture.runAsync(() -> {
				while (!enough.get()) {
					String key = "k" + random.nextInt(8);
					outcome("board_1", switch (random.nextInt(5)) {
						case 0 -> new StateEdit.Remove(key, null);
						case 1, 2 -> new StateEdit.Increment(key, 1, true);
						default -> set(key, Integer.toString(random.nextInt(100)));
					});
				}
			}, (task) -> new Thread(task).start());
		}).toList();
		List<History> snapshots = IntStream.range(0, 50).mapToObj((i) -> snapshot("board_1", null)).toList();
		enough.set(true);
		writers.forEach(BrokerContract::get);
		History last = snapshot("board_1", null);
		this.recorder.await("board_1", (int) last.top().offset());
		for (History snapshot : snapshots) {
			Map<String, String> replayed = texts(snapshot);
			this.recorder.of("board_1")
				.stream()
				.filter((publication) -> publication.offset() > snapshot.top().offset())
				.forEach((publication) -> apply(publication.line().json(), replayed));
			assertThat(replayed).as("seed %d, from %d", seed, snapshot.top().offset()).isEqualTo(texts(last));
		}
	}

	@Test
	void incrementsFromManyThreadsAllCount() {
		List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
			.mapToObj((thread) -> CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 100; i++) {
					changed("board_1", new StateEdit.Increment("n", 1, true));
				}
			}, (task) -> new Thread(task).start()))
			.toList();
		threads.forEach(BrokerContract::get);
		assertThat(present("board_1", "n").value().text()).isEqualTo("800");
	}

	private static void apply(JsonNode publication, Map<String, String> state) {
		if (publication.has("value")) {
			state.put(publication.get("key").stringValue(), publication.get("value").toString());
		}
		else {
			state.remove(publication.get("key").stringValue());
		}
	}

	private static Map<String, String> texts(History snapshot) {
		return Objects.requireNonNull(snapshot.state())
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().value().text(), (a, b) -> b,
					LinkedHashMap::new));
	}

	private static StateEdit set(String key, String value) {
		return new StateEdit.Set(key, Line.of(value), null);
	}

	private static StateEdit expecting(String key, String value, long offset) {
		return new StateEdit.Set(key, Line.of(value), offset);
	}

	private static Conflict conflict(String key, String value, long offset) {
		return new Conflict(key, new StateEntry(Line.of(value), offset));
	}

	private StateOutcome outcome(String channel, StateEdit... edits) {
		return get(this.broker.change(new StateChange(channel, List.of(edits))));
	}

	private Changed changed(String channel, StateEdit... edits) {
		return (Changed) outcome(channel, edits);
	}

	private @Nullable StateEntry entry(String channel, String key) {
		return get(this.broker.value(channel, key));
	}

	private StateEntry present(String channel, String key) {
		return Objects.requireNonNull(entry(channel, key));
	}

	private History snapshot(String channel, @Nullable Position since) {
		return get(this.broker.snapshot(channel, since, 100));
	}

	private static JsonNode json(String text) {
		return Line.of(text.replace('\'', '"')).json();
	}

}
