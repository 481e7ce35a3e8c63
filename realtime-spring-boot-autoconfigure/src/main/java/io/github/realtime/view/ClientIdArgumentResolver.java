package io.github.realtime.view;

import java.security.Principal;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.session.Client;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Tells handler methods which live page a request comes from. A page shows its resume
 * token, in a header or in a field of a form: with the user of the request it makes the
 * id, so another user's makes one that nobody has.
 */
public final class ClientIdArgumentResolver implements HandlerMethodArgumentResolver {

	static final String HEADER = "X-Realtime-Client";

	static final String FIELD = "_realtimeClient";

	private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private final Supplier<ClientSecurity> security;

	/**
	 * Creates a resolver.
	 * @param security knows who users are
	 */
	public ClientIdArgumentResolver(Supplier<ClientSecurity> security) {
		this.security = security;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(ClientId.class);
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest request, @Nullable WebDataBinderFactory binderFactory) {
		String token = request.getHeader(HEADER);
		token = (token != null) ? token : request.getParameter(FIELD);
		return (token != null && TOKEN.matcher(token).matches()) ? Client.idOf(token, user(request)) : null;
	}

	private @Nullable Principal user(NativeWebRequest request) {
		Principal principal = request.getUserPrincipal();
		RealtimeAuthentication read = (principal != null) ? this.security.get().read(principal) : null;
		return (read != null) ? read.principal() : null;
	}

}
