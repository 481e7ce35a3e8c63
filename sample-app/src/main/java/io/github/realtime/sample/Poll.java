package io.github.realtime.sample;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.realtime.RealtimeTemplate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.stereotype.Service;

/**
 * A question to everybody. How many chose what is the state of its channel: a number for
 * each option.
 */
@Service
class Poll {

	static final String CHANNEL = "poll";

	static final String QUESTION = "What shall we name the office plant?";

	static final List<String> OPTIONS = List.of("Fernanda", "Chloe Phyll", "Plantonio Banderas", "Morgan Treeman");

	private final Ballots ballots;

	private final RealtimeTemplate realtime;

	Poll(Ballots ballots, RealtimeTemplate realtime) {
		this.ballots = ballots;
		this.realtime = realtime;
	}

	void vote(String option, Visitor visitor) {
		String before = this.ballots.swap(visitor, CHANNEL, String.class, option);
		if (option.equals(before)) {
			return;
		}
		this.realtime.channel(CHANNEL).state().change((change) -> {
			if (before != null) {
				change.increment(before, -1);
			}
			change.increment(option, 1);
		});
	}

	Result result(Visitor visitor) {
		Map<String, JsonNode> state = this.realtime.channel(CHANNEL).state().getAll();
		Map<String, Integer> counts = new LinkedHashMap<>();
		for (String option : OPTIONS) {
			counts.put(option, state.containsKey(option) ? state.get(option).intValue() : 0);
		}
		return new Result(counts, this.ballots.find(visitor, CHANNEL, String.class));
	}

	/**
	 * How the poll stands, as one visitor sees it.
	 *
	 * @param counts by option how many chose it
	 * @param choice what this visitor chose
	 */
	record Result(Map<String, Integer> counts, @Nullable String choice) {

		public int share(String option) {
			int total = this.counts.values().stream().mapToInt(Integer::intValue).sum();
			return Math.round(100f * this.counts.getOrDefault(option, 0) / Math.max(1, total));
		}

	}

}
