package io.github.realtime.action;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;

import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.protocol.ChannelName;
import io.github.realtime.support.InvalidDeclarationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * The application's {@link RealtimeAction} methods, on whatever beans they are.
 */
public final class ActionMethods implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ActionMethods.class);

	private final ConfigurableListableBeanFactory beans;

	private final Map<String, ActionMethod> actions = new HashMap<>();

	/**
	 * Creates an empty registry, which finds them when all singletons are there.
	 * @param beans where to look for them
	 */
	public ActionMethods(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String bean : this.beans.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(bean)) {
				Class<?> type = type(bean);
				if (type != null && AnnotationUtils.isCandidateClass(type, RealtimeAction.class)) {
					find(bean, ClassUtils.getUserClass(type));
				}
			}
		}
	}

	private @Nullable Class<?> type(String bean) {
		try {
			return AutoProxyUtils.determineTargetClass(this.beans, bean);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The type of bean '" + bean + "' is not known: no actions are looked for there", ex);
			return null;
		}
	}

	/**
	 * A bean that is never used may have methods with types that are not there.
	 */
	private static Map<Method, RealtimeAction> annotated(Class<?> type) {
		try {
			return MethodIntrospector.selectMethods(type,
					(MethodIntrospector.MetadataLookup<RealtimeAction>) (method) -> AnnotatedElementUtils
						.findMergedAnnotation(method, RealtimeAction.class));
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("The methods of " + type + " are not known: no actions are looked for there", ex);
			return Map.of();
		}
	}

	private void find(String bean, Class<?> type) {
		annotated(type).forEach((method, annotation) -> {
			Class<?> beanType = this.beans.getType(bean);
			Method invocable = invocable(method, (beanType != null) ? beanType : type);
			add(annotation.value(), new HandlerMethod(bean, this.beans, invocable), type);
		});
	}

	private static Method invocable(Method method, Class<?> beanType) {
		boolean proxy = SpringProxy.class.isAssignableFrom(beanType);
		if (Modifier.isPrivate(method.getModifiers())) {
			throw new InvalidDeclarationException("The action " + method.toGenericString() + " is private",
					"Give it any other visibility.");
		}
		if (proxy && Modifier.isFinal(method.getModifiers())) {
			throw new InvalidDeclarationException("The action " + method.toGenericString()
					+ " is final, and its bean has a proxy, which can't pass it on", "Remove 'final'.");
		}
		try {
			return AopUtils.selectInvocableMethod(method, beanType);
		}
		catch (IllegalStateException ex) {
			throw new InvalidDeclarationException(
					"The proxy of its bean does not have the action " + method.toGenericString(),
					"Declare the method in an interface of the bean, or set spring.aop.proxy-target-class=true.");
		}
	}

	private void add(String name, HandlerMethod method, Class<?> type) {
		String violation = ChannelName.violation(name);
		if (violation != null) {
			throw new InvalidDeclarationException(
					"@RealtimeAction on " + method.getMethod().toGenericString() + " has a name that is none: "
							+ violation.replace("channel name", "name"),
					"Give it a name by the rules of channel names.");
		}
		ActionMethod other = this.actions.put(name, new ActionMethod(name, method, type));
		if (other != null) {
			throw new InvalidDeclarationException(
					"Two actions have one name: " + other + " and " + method.getShortLogMessage(),
					"Give one of them another name.");
		}
	}

	@Nullable ActionMethod get(String name) {
		return this.actions.get(name);
	}

}
