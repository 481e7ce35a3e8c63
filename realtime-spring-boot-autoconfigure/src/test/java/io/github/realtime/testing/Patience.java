package io.github.realtime.testing;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long tests wait for what comes within a moment, if it comes at all. The machine may
 * be slow, and busy with something else.
 */
public final class Patience implements LauncherSessionListener {

	/** What Awaitility waits by default, too. */
	public static final Duration ENOUGH = Duration.ofSeconds(30);

	/** For thousands of messages or clients, and for processes that start. */
	public static final Duration PLENTY = Duration.ofMinutes(5);

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		Awaitility.setDefaultTimeout(ENOUGH);
		// Most of it comes at once, and often is there already
		Awaitility.setDefaultPollDelay(Duration.ZERO);
		Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
	}

}
