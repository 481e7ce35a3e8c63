package io.github.realtime.session;

import java.util.ArrayDeque;
import java.util.Deque;

import io.github.realtime.Publication;

/**
 * The publications that are dispatched to a subscription while it reads history, up to a
 * limit. Not thread safe.
 */
final class HeldPublications {

	private final Deque<Publication> publications = new ArrayDeque<>(0);

	private final int limit;

	private int bytes;

	private boolean complete = true;

	/**
	 * Creates it without a publication.
	 * @param limit how many bytes it may hold; a first publication may be larger
	 */
	HeldPublications(int limit) {
		this.limit = limit;
	}

	/**
	 * Adds a publication. Once there was no room for one, the later ones are dropped too,
	 * since those that are held must have no gap.
	 * @param publication the publication
	 */
	void add(Publication publication) {
		int size = publication.line().bytes();
		this.complete = this.complete && (this.publications.isEmpty() || this.bytes + size <= this.limit);
		if (this.complete) {
			this.publications.addLast(publication);
			this.bytes += size;
		}
	}

	boolean isEmpty() {
		return this.publications.isEmpty();
	}

	Publication removeFirst() {
		return this.publications.removeFirst();
	}

	/**
	 * Tells whether every publication since the last {@link #clear()} was held.
	 * @return {@code false} if one was dropped
	 */
	boolean isComplete() {
		return this.complete;
	}

	void clear() {
		this.publications.clear();
		this.bytes = 0;
		this.complete = true;
	}

}
