package io.github.realtime.sample;

import java.util.List;

import io.github.realtime.Position;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.sample.Baskets.Basket;

import org.springframework.stereotype.Service;

/**
 * Who picks the most apples. The application keeps the numbers its own way, and tells of
 * each that has changed. They only grow, so of two told in either order the higher
 * counts.
 */
@Service
class Harvest {

	static final String CHANNEL = "harvest";

	static final int SHOWN = 10;

	private final Baskets baskets;

	private final RealtimeTemplate realtime;

	Harvest(Baskets baskets, RealtimeTemplate realtime) {
		this.baskets = baskets;
		this.realtime = realtime;
	}

	void pick(Visitor visitor) {
		int apples = this.baskets.add(visitor.name());
		this.realtime.send(CHANNEL, new Basket(visitor.name(), apples));
	}

	Standings standings() {
		// Position first: what is picked meanwhile then arrives twice, not never
		Position position = this.realtime.channel(CHANNEL).position();
		return new Standings(this.baskets.fullest(SHOWN), position);
	}

	/**
	 * Who has the most, with the position that a page goes on from.
	 */
	record Standings(List<Basket> baskets, Position position) {

	}

}
