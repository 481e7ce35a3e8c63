package io.github.realtime.testing;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.jupiter.params.support.ParameterInfo;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts a server and stops it. The server of a static field runs for all tests of the
 * class, and is started anew for each invocation of a parameterized class; the server of
 * an instance field runs for one test. What a test opens with {@link #open} is closed
 * when the test ends, the last first, and before the server is.
 */
public abstract class ServerExtension
		implements BeforeAllCallback, BeforeClassTemplateInvocationCallback, TestInstancePreConstructCallback,
		BeforeEachCallback, AfterEachCallback, AfterClassTemplateInvocationCallback, AfterAllCallback {

	private final List<AutoCloseable> resources = new ArrayList<>();

	private boolean registered;

	private boolean shared;

	private int openBeforeTest;

	/**
	 * Starts the server unless it runs.
	 * @param context the class or the test that it is for
	 */
	protected abstract void start(@Nullable ExtensionContext context);

	/**
	 * Stops the server if it runs.
	 */
	protected abstract void stop();

	/**
	 * Waits, before each test, until the server is ready.
	 */
	protected void awaitReady() {
	}

	/**
	 * Whether JUnit stops the server, or else whoever has started it.
	 */
	protected final boolean isRegistered() {
		return this.registered;
	}

	/**
	 * Has something closed before the server is stopped: when this test ends, or with the
	 * server if no test has begun.
	 */
	public final <T extends AutoCloseable> T open(T resource) {
		synchronized (this.resources) {
			this.resources.add(resource);
		}
		return resource;
	}

	/**
	 * Closes what this test has opened so far.
	 */
	protected final void closeOpened() {
		closeResources(this.openBeforeTest);
	}

	/**
	 * Returns what the test class, or the test, is invoked with.
	 * @return the argument, or {@code null} if there is none of that type
	 */
	protected static <T> @Nullable T argument(@Nullable ExtensionContext context, Class<T> type) {
		for (ExtensionContext next = context; next != null; next = next.getParent().orElse(null)) {
			ParameterInfo parameters = ParameterInfo.get(next);
			if (parameters != null) {
				for (Object argument : parameters.getArguments().toArray()) {
					if (type.isInstance(argument)) {
						return type.cast(argument);
					}
				}
			}
		}
		return null;
	}

	@Override
	public final void beforeAll(ExtensionContext context) {
		this.registered = true;
		this.shared = true;
		if (!AnnotationSupport.isAnnotated(context.getRequiredTestClass(), ClassTemplate.class)) {
			start(context);
		}
	}

	@Override
	public final void beforeClassTemplateInvocation(ExtensionContext context) {
		start(context);
	}

	@Override
	public final void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
		synchronized (this.resources) {
			this.openBeforeTest = this.resources.size();
		}
	}

	@Override
	public final void beforeEach(ExtensionContext context) {
		this.registered = true;
		if (!this.shared) {
			start(context);
		}
		awaitReady();
	}

	@Override
	public final void afterEach(ExtensionContext context) {
		if (this.shared) {
			closeResources(this.openBeforeTest);
		}
		else {
			closeAll();
		}
	}

	@Override
	public final void afterClassTemplateInvocation(ExtensionContext context) {
		closeAll();
	}

	@Override
	public final void afterAll(ExtensionContext context) {
		closeAll();
	}

	private void closeAll() {
		try {
			closeResources(0);
		}
		finally {
			stop();
		}
	}

	private void closeResources(int remaining) {
		AutoCloseable last = removeLast(remaining);
		if (last != null) {
			try {
				last.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException("Closing " + last + " failed", ex);
			}
			finally {
				closeResources(remaining);
			}
		}
	}

	private @Nullable AutoCloseable removeLast(int remaining) {
		synchronized (this.resources) {
			int last = this.resources.size() - 1;
			return (last >= remaining) ? this.resources.remove(last) : null;
		}
	}

}
