package io.github.realtime.sample;

import java.util.List;
import java.util.Optional;

/**
 * Posts, comments and votes. Changes may be made at the same moment, here or on another
 * instance: none is lost by that.
 */
interface PostStore {

	List<Post> findAll();

	Optional<Post> findById(int id);

	Vote findVote(Post post, String visitorId);

	/**
	 * Counts a vote, in place of the visitor's earlier one.
	 * @return the post after it
	 */
	Post addVote(Post post, String visitorId, Vote vote);

	/**
	 * Adds a comment.
	 * @return the comment, with an id higher than those of all others
	 */
	Comment addComment(Post post, String author, String text);

}
