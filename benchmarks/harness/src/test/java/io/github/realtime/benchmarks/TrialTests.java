package io.github.realtime.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.realtime.benchmarks.Connection.Position;
import io.github.realtime.benchmarks.FaultyServer.Fault;
import io.github.realtime.benchmarks.Server.Feature;
import io.github.realtime.benchmarks.Trial.Load;
import io.github.realtime.benchmarks.Trial.Measurement;
import io.github.realtime.benchmarks.Trial.Return;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs that are no result have to be found out.
 */
class TrialTests {

	private static final int CLIENTS = 5;

	private static final int MESSAGES = 20;

	private static final Load LOAD = new Load(Load.PUBLISH, 0, 1, MESSAGES, "72", 0);

	@TempDir
	private Path results;

	@Test
	void measureWhenAllArrivesThenIsValid() throws Exception {
		Measurement measured = measure(Fault.NONE, Set.of(), LOAD);
		assertThat(measured.tally().fault()).isNull();
		assertThat(measured.tally().delivered()).isEqualTo(CLIENTS * MESSAGES);
		assertThat(measured.tally().latency(50)).isPositive();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "NONE", "CLOSE", "RESET" })
	void measureWhenOneMessageToOneClientIsBadThenIsInvalid(Fault fault) throws Exception {
		Measurement measured = measure(fault, Set.of(), LOAD);
		assertThat(measured.tally().fault()).isNotNull();
		assertThat(measured.tally().isWrong()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "DROP", "DOUBLE" })
	void measureWhenLastMessageToOneClientIsBadThenIsInvalid(Fault fault) throws Exception {
		assertThat(measure(fault, Set.of(), new Load(Load.PUBLISH, 0, 1, 11, "72", 0)).tally().fault()).isNotNull();
	}

	@Test
	void measureWhenConnectionIsClosedThenIsInvalid() throws Exception {
		assertThat(measure(Fault.CLOSE, Set.of(), LOAD).tally().fault()).contains("closed");
	}

	@Test
	void measureWhenOrderDoesNotMatterThenReorderedIsValidAndCounted() throws Exception {
		Measurement measured = measure(Fault.REORDER, Set.of(Feature.UNORDERED), LOAD);
		assertThat(measured.tally().fault()).isNull();
		assertThat(measured.tally().lateCount()).isOne();
	}

	@ParameterizedTest
	@EnumSource(names = { "DROP", "DOUBLE" })
	void measureWhenOrderDoesNotMatterThenLossAndDoubleAreInvalid(Fault fault) throws Exception {
		assertThat(measure(fault, Set.of(Feature.UNORDERED), LOAD).tally().fault()).isNotNull();
	}

	@Test
	void reconnectWhenOneIsTurnedAwayThenItTriesAgain() throws Exception {
		try (Trial trial = start(Fault.RESET, Set.of())) {
			trial.connect(CLIENTS, Scenario.ONE_CHANNEL);
			List<Position> positions = trial.disconnect();
			trial.send(LOAD, 1);
			Return back = trial.reconnect(positions, Scenario.ONE_CHANNEL, new Tally(2, 0));
			assertThat(back.turnedAway()).isOne();
			assertThat(back.measurement().tally().fault()).isNull();
			assertThat(trial.measure(LOAD, Duration.ofSeconds(5)).tally().delivered()).isEqualTo(CLIENTS * MESSAGES);
		}
	}

	private Measurement measure(Fault fault, Set<Feature> features, Load load) throws Exception {
		try (Trial trial = start(fault, features)) {
			trial.connect(CLIENTS, Scenario.ONE_CHANNEL);
			return trial.measure(load, Duration.ofSeconds(5));
		}
	}

	private Trial start(Fault fault, Set<Feature> features) throws Exception {
		List<String> command = List.of("java", "-cp", System.getProperty("java.class.path"),
				FaultyServer.class.getName(), fault.name());
		Server server = new Server("faulty", "faulty", Wire.PLAIN, command, Map.of(), features);
		Bench bench = new Bench(Path.of("").toAbsolutePath(), this.results, "0", "0", 1);
		return Trial.start(server, bench, 1, Map.of());
	}

}
