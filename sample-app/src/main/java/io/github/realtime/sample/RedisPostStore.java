package io.github.realtime.sample;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Repository;

/**
 * Keeps what visitors add in Redis, where every instance finds it: of each post a hash
 * with its counts and everybody's vote, and a list of comments as JSON.
 */
@Repository
@Profile("redis")
class RedisPostStore implements PostStore {

	private static final Duration KEPT = Duration.ofDays(1);

	private static final RedisScript<String> VOTE = RedisScript.of("""
			local before = redis.call('HGET', KEYS[1], ARGV[1]) or 0
			redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
			local score = redis.call('HINCRBY', KEYS[1], 'score', ARGV[2] - before)
			local votes = redis.call('HINCRBY', KEYS[1], 'votes', 1)
			return score .. ' ' .. votes
			""", String.class);

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
		List<String> counts = this.redis.<String, String>opsForHash()
			.multiGet(counts(first), List.of("score", "votes"));
		List<Comment> comments = this.redis.opsForList()
			.range(comments(first), 0, -1)
			.stream()
			.map((comment) -> this.json.readValue(comment, Comment.class))
			// Two at the same moment may stand there in either order
			.sorted(Comparator.comparing(Comment::id).reversed())
			.toList();
		return withVotes(first, counts.get(0), counts.get(1)).withComments(comments);
	}

	@Override
	public Vote findVote(Post post, String visitorId) {
		String points = this.redis.<String, String>opsForHash().get(counts(post), visitorId);
		return Vote.of(number(points));
	}

	@Override
	public Post addVote(Post post, String visitorId, Vote vote) {
		String[] counts = this.redis.execute(VOTE, List.of(counts(post)), visitorId, "" + vote.points).split(" ");
		this.redis.expire(counts(post), KEPT);
		return withVotes(post, counts[0], counts[1]);
	}

	@Override
	public Comment addComment(Post post, String author, String text) {
		long added = this.redis.opsForHash().increment(counts(post), "comments", 1);
		int id = first(post).commentCount() + (int) added;
		Comment comment = new Comment(id, author, text, Instant.now());

		this.redis.opsForList().leftPush(comments(post), this.json.writeValueAsString(comment));
		this.redis.opsForList().trim(comments(post), 0, Post.COMMENTS_KEPT - 1);
		this.redis.expire(comments(post), KEPT);
		// It knows the next number, so it is kept for as long as the comments
		this.redis.expire(counts(post), KEPT);
		return comment;
	}

	private Post first(Post post) {
		return this.posts.getOrDefault(post.id(), post);
	}

	private Post withVotes(Post post, String score, String votes) {
		return post.withVotes(first(post).score() + number(score), number(votes));
	}

	private static int number(@Nullable String count) {
		return (count != null) ? Integer.parseInt(count) : 0;
	}

	private static String counts(Post post) {
		return "live-post:posts:" + post.id();
	}

	private static String comments(Post post) {
		return counts(post) + ":comments";
	}

}
