package io.github.realtime.sample;

import java.time.Instant;

/**
 * A comment on a post.
 *
 * @param id rises with every comment on the post
 */
record Comment(int id, String author, String text, Instant time) {

	static final int MAX_LENGTH = 500;

}
