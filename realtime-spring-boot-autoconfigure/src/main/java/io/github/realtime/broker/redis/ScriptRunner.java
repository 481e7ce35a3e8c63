package io.github.realtime.broker.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs scripts where their keys are.
 */
@FunctionalInterface
interface ScriptRunner {

	/**
	 * Runs a script.
	 * @param call the script, its keys and its arguments
	 * @return its reply; completes on the driver's thread
	 */
	CompletableFuture<List<Object>> run(ScriptCall call);

}
