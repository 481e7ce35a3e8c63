package io.github.realtime.benchmarks;

/**
 * Something went wrong, so that there is no result.
 */
@SuppressWarnings("serial")
final class InvalidRunException extends RuntimeException {

	InvalidRunException(String message) {
		super(message);
	}

}
