package io.github.realtime.broker.memory;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.realtime.broker.IdempotencyRecord;
import org.jspecify.annotations.Nullable;

/**
 * What clients were answered within five minutes. Bounded in size, at which the oldest
 * answers are forgotten sooner.
 */
final class IdempotencyRecords {

	private static final Duration KEPT = Duration.ofMinutes(5);

	private static final long MAX_SIZE = 32 * 1024 * 1024;

	private static final int OVERHEAD = 300;

	/** Oldest first. */
	private final Map<Operation, Answer> kept = new LinkedHashMap<>();

	private long size;

	synchronized IdempotencyRecord begin(String clientId, String op, long now) {
		expire(now);
		Answer kept = this.kept.putIfAbsent(new Operation(clientId, op), new Answer(null, now));
		if (kept == null) {
			this.size += OVERHEAD;
			return IdempotencyRecord.NONE;
		}
		return (kept.answer() != null) ? IdempotencyRecord.given(kept.answer()) : IdempotencyRecord.AWAITED;
	}

	synchronized void keep(String clientId, String op, String answer, long now) {
		abandon(clientId, op);
		Answer kept = new Answer(answer, now);
		this.kept.put(new Operation(clientId, op), kept);
		this.size += kept.size();
	}

	synchronized void abandon(String clientId, String op) {
		Answer kept = this.kept.remove(new Operation(clientId, op));
		if (kept != null) {
			this.size -= kept.size();
		}
	}

	/**
	 * Forgets what is old. Not what is being done, however long that takes: it would be
	 * done twice.
	 * @param now the time
	 */
	synchronized void expire(long now) {
		Iterator<Answer> oldest = this.kept.values().iterator();
		while (oldest.hasNext()) {
			Answer kept = oldest.next();
			if (now - kept.time() < KEPT.toMillis() && this.size <= MAX_SIZE) {
				return;
			}
			if (kept.answer() != null) {
				oldest.remove();
				this.size -= kept.size();
			}
		}
	}

	synchronized int count() {
		return this.kept.size();
	}

	private record Operation(String clientId, String op) {

	}

	private record Answer(@Nullable String answer, long time) {

		private int size() {
			return OVERHEAD + ((this.answer != null) ? this.answer.length() : 0);
		}

	}

}
