package io.github.realtime.sample;

import java.util.concurrent.atomic.AtomicReference;

import io.github.realtime.ChannelState;
import io.github.realtime.RealtimeTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * What each visitor has voted: the state of a channel that only the visitor's own pages
 * know.
 */
@Component
class Ballots {

	private final RealtimeTemplate realtime;

	Ballots(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	<T> @Nullable T find(Visitor visitor, String about, Class<T> type) {
		return of(visitor).get(about, type).value();
	}

	/**
	 * Puts a vote in place of the visitor's earlier one.
	 * @return the earlier one: of two votes at the same moment one is the other's
	 */
	<T> @Nullable T swap(Visitor visitor, String about, Class<T> type, T vote) {
		AtomicReference<@Nullable T> before = new AtomicReference<>();
		of(visitor).update(about, type, (earlier) -> {
			before.set(earlier);
			return vote;
		});
		return before.get();
	}

	private ChannelState of(Visitor visitor) {
		return this.realtime.channel(visitor.channel()).state();
	}

}
