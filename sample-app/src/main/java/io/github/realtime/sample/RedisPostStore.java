package io.github.realtime.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Repository;

/**
 * Keeps what visitors say in Redis, where every instance finds it: of each post a list of
 * comments as JSON, and how many there ever were.
 */
@Repository
@Profile("redis")
class RedisPostStore implements PostStore {

	private static final Duration KEPT = Duration.ofDays(1);

	private final Map<Integer, Post> posts = new LinkedHashMap<>();

	private final StringRedisTemplate redis;

	private final JsonMapper json;

	RedisPostStore(StringRedisTemplate redis, JsonMapper json) {
		this.redis = redis;
		this.json = json;
		// The same on all instances, whenever they were started today
		FirstPosts.at(Instant.now().truncatedTo(ChronoUnit.DAYS)).forEach((post) -> this.posts.put(post.id(), post));
	}

	@Override
	public List<Post> findAll() {
		return this.posts.values().stream().map(this::load).toList();
	}

	@Override
	public Optional<Post> findById(int id) {
		return Optional.ofNullable(this.posts.get(id)).map(this::load);
	}

	private Post load(Post first) {
		List<Comment> comments = this.redis.opsForList()
			.range(comments(first), 0, -1)
			.stream()
			.map((comment) -> this.json.readValue(comment, Comment.class))
			// Two at the same moment may stand there in either order
			.sorted(Comparator.comparing(Comment::id).reversed())
			.toList();
		return first.withComments(comments);
	}

	@Override
	public Comment addComment(Post post, String author, String text) {
		long added = this.redis.opsForValue().increment(count(post));
		int id = this.posts.getOrDefault(post.id(), post).commentCount() + (int) added;
		Comment comment = new Comment(id, author, text, Instant.now());

		this.redis.opsForList().leftPush(comments(post), this.json.writeValueAsString(comment));
		this.redis.opsForList().trim(comments(post), 0, Post.COMMENTS_KEPT - 1);
		this.redis.expire(comments(post), KEPT);
		// It knows the next number, so it is kept for as long as the comments
		this.redis.expire(count(post), KEPT);
		return comment;
	}

	private static String comments(Post post) {
		return "live-post:posts:" + post.id() + ":comments";
	}

	private static String count(Post post) {
		return comments(post) + ":count";
	}

}
