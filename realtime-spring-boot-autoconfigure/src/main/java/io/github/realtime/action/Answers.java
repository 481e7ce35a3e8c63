package io.github.realtime.action;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The answers to calls that may be made again: whoever asks once more within five minutes
 * gets the first one. Bounded in size, at which the oldest are forgotten sooner.
 */
final class Answers {

	private static final Duration KEPT = Duration.ofMinutes(5);

	private static final long MAX_SIZE = 32 * 1024 * 1024;

	private static final int OVERHEAD = 300;

	private final LongSupplier nanoTime;

	private final Map<String, Kept> kept = new LinkedHashMap<>();

	private long size;

	Answers(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Finds the answer to what was asked before.
	 * @param op names the intent, for all clients
	 * @return the answer, or the one that is being made; {@code null} if this is the
	 * first time, and then {@link #keep} follows
	 */
	synchronized @Nullable CompletableFuture<Answer> find(String op) {
		forgetOld();
		Kept kept = this.kept.get(op);
		return (kept != null) ? kept.answer() : null;
	}

	synchronized void keep(String op, CompletableFuture<Answer> answer) {
		Kept kept = new Kept(answer, this.nanoTime.getAsLong());
		this.kept.put(op, kept);
		this.size += OVERHEAD;
		answer.thenAccept((made) -> made(op, kept, made.size()));
	}

	/**
	 * Forgets a call that was not carried out.
	 * @param op names the intent
	 */
	synchronized void forget(String op) {
		Kept kept = this.kept.remove(op);
		if (kept != null) {
			this.size -= kept.size();
		}
	}

	private synchronized void made(String op, Kept kept, int size) {
		if (this.kept.get(op) == kept) {
			this.size += size;
		}
	}

	private void forgetOld() {
		long now = this.nanoTime.getAsLong();
		Iterator<Kept> oldest = this.kept.values().iterator();
		while (oldest.hasNext()) {
			Kept kept = oldest.next();
			if (now - kept.since() < KEPT.toNanos() && this.size <= MAX_SIZE) {
				return;
			}
			if (kept.answer().isDone()) {
				oldest.remove();
				this.size -= kept.size();
			}
		}
	}

	private record Kept(CompletableFuture<Answer> answer, long since) {

		private int size() {
			Answer made = this.answer.getNow(null);
			return OVERHEAD + ((made != null) ? made.size() : 0);
		}

	}

}
