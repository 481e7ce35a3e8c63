package io.github.realtime.benchmarks;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class ScenarioTests {

	@ParameterizedTest
	@EnumSource
	void serversWhenNobodySaysOtherwiseThenAllCanTakePart(Scenario scenario) {
		List<Server> able = Server.all(List.of("java"))
			.stream()
			.filter((server) -> scenario.needs() == null || server.has(scenario.needs()))
			.toList();
		assertThat(able).extracting(Server::name).containsAll(scenario.servers());
	}

}
