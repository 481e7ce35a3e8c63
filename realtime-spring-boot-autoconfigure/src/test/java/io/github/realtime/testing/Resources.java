package io.github.realtime.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Closes what a test opens, the last first.
 */
public final class Resources extends ServerExtension {

	@Override
	protected void start(@Nullable ExtensionContext context) {
	}

	@Override
	protected void stop() {
	}

}
