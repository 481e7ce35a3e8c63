package io.github.realtime.sample;

/**
 * What one visitor thinks of a post.
 */
enum Vote {

	UP(1), NONE(0), DOWN(-1);

	final int points;

	Vote(int points) {
		this.points = points;
	}

	static Vote of(int points) {
		return values()[1 - points];
	}

}
