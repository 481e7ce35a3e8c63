package io.github.realtime.view;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Stands in for a request or a response that does not exist. Its methods return empty
 * values and do nothing.
 */
final class NullObject {

	private NullObject() {
	}

	static <T> T of(Class<T> type) {
		return type.cast(Proxy.newProxyInstance(NullObject.class.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> result(method)));
	}

	private static @Nullable Object result(Method method) {
		Class<?> type = method.getReturnType();
		if (type == boolean.class) {
			return false;
		}
		if (type == int.class) {
			return 0;
		}
		if (type == long.class) {
			return 0L;
		}
		if (type == Enumeration.class) {
			return Collections.emptyEnumeration();
		}
		if (type == Map.class) {
			return Map.of();
		}
		return (type == Collection.class) ? List.of() : null;
	}

}
