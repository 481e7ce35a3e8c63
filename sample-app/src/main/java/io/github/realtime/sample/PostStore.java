package io.github.realtime.sample;

import java.util.List;
import java.util.Optional;

/**
 * Posts and comments. Changes may be made at the same moment, here or on another
 * instance: none is lost by that.
 */
interface PostStore {

	List<Post> findAll();

	Optional<Post> findById(int id);

	/**
	 * Adds a comment.
	 * @return the comment, with an id higher than those of all others
	 */
	Comment addComment(Post post, String author, String text);

}
