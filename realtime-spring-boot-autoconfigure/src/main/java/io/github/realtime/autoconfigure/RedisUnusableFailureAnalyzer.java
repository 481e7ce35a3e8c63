package io.github.realtime.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to do where the broker in Redis can't work.
 */
final class RedisUnusableFailureAnalyzer extends AbstractFailureAnalyzer<RedisUnusableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RedisUnusableException cause) {
		return new FailureAnalysis("Realtime can't use Redis. " + cause.getMessage() + ".",
				"Connect to Redis with Lettuce, as the realtime starter does, or write 'realtime.broker: memory' "
						+ "if one instance is all there is.",
				cause);
	}

}
