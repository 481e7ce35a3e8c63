package io.github.realtime.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A broker that remembers what it was given and does what a test tells it.
 */
public final class FakeBroker extends DelegatingBroker {

	private final List<Publication> published = new ArrayList<>();

	private Consumer<Publication> onPublish = (publication) -> {
	};

	private Function<Position, CompletableFuture<Position>> outcome = CompletableFuture::completedFuture;

	/**
	 * Says what to do on each publish.
	 * @param action gets the publication
	 */
	public void onPublish(Consumer<Publication> action) {
		this.onPublish = action;
	}

	/**
	 * Says how publish ends.
	 * @param outcome makes the future that is returned
	 */
	public void outcome(Function<Position, CompletableFuture<Position>> outcome) {
		this.outcome = outcome;
	}

	public void failWith(Throwable failure) {
		outcome((position) -> CompletableFuture.failedFuture(failure));
	}

	public List<Publication> published() {
		return this.published;
	}

	public List<String> data() {
		return this.published.stream().map((publication) -> publication.data().toString()).toList();
	}

	@Override
	public CompletableFuture<Position> publish(Draft draft) {
		Position position = new Position("e", this.published.size() + 1);
		Publication publication = draft.at(position);
		this.published.add(publication);
		this.onPublish.accept(publication);
		return this.outcome.apply(position);
	}

	@Override
	public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
		List<Publication> publications = this.published.stream()
			.filter((publication) -> publication.channel().equals(channel))
			.toList();
		Position top = new Position("e", this.published.size());
		return this.outcome.apply(top)
			.thenApply((position) -> new History(position, true,
					publications.subList(Math.max(0, publications.size() - limit), publications.size())));
	}

}
