package io.github.realtime.sample;

import org.jspecify.annotations.Nullable;

/**
 * What one visitor thinks of a post.
 */
enum Vote {

	UP(1), NONE(0), DOWN(-1);

	final int points;

	Vote(int points) {
		this.points = points;
	}

	static int pointsOf(@Nullable Vote vote) {
		return (vote != null) ? vote.points : 0;
	}

}
