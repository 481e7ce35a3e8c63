package io.github.realtime.core;

import java.lang.reflect.Method;

import io.github.realtime.annotation.SendImmediately;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.util.ClassUtils;

/**
 * Lets {@link SendImmediately} methods, and Spring Modulith's listeners, send without
 * waiting for a commit.
 */
public final class ImmediateSends extends StaticMethodMatcherPointcutAdvisor {

	private static final boolean MODULITH = ClassUtils.isPresent(
			"org.springframework.modulith.events.core.EventPublicationRegistry", ImmediateSends.class.getClassLoader());

	private static final ThreadLocal<Boolean> IMMEDIATE = new ThreadLocal<>();

	/**
	 * Creates an advisor.
	 */
	public ImmediateSends() {
		super((MethodInterceptor) ImmediateSends::invoke);
		// Asked for every bean at the start
		setClassFilter((type) -> !type.getName().startsWith("org.springframework."));
	}

	/**
	 * Tells whether this thread runs a method whose sends do not wait.
	 * @return {@code true} if they go out at the call
	 */
	static boolean isImmediate() {
		return IMMEDIATE.get() != null;
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		Method specific = ClassUtils.getMostSpecificMethod(method, targetClass);
		return AnnotatedElementUtils.hasAnnotation(specific, SendImmediately.class)
				|| AnnotatedElementUtils.hasAnnotation(targetClass, SendImmediately.class)
				|| (MODULITH && AnnotatedElementUtils.hasAnnotation(specific, TransactionalEventListener.class));
	}

	private static @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Boolean before = IMMEDIATE.get();
		IMMEDIATE.set(true);
		try {
			return invocation.proceed();
		}
		finally {
			if (before == null) {
				IMMEDIATE.remove();
			}
		}
	}

}
