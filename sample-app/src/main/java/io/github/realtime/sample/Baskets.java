package io.github.realtime.sample;

import java.util.List;

/**
 * How many apples everybody has picked.
 */
interface Baskets {

	/**
	 * Adds an apple.
	 * @return how many there are in that basket now
	 */
	int add(String owner);

	/**
	 * Returns the fullest, in that order.
	 */
	List<Basket> fullest(int count);

	/**
	 * A basket.
	 */
	record Basket(String owner, int apples) {

	}

}
