package io.github.realtime.view;

import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.context.WebApplicationContext;

/**
 * The request that a view is given where there is none: without a user, a session, or
 * anything else of somebody's.
 */
final class RenderRequest extends HttpServletRequestWrapper {

	private final @Nullable ServletContext servletContext;

	private final Locale locale;

	private final Map<String, @Nullable Object> attributes = new HashMap<>();

	RenderRequest(WebApplicationContext context, Locale locale) {
		super(NullObject.of(HttpServletRequest.class));
		this.servletContext = context.getServletContext();
		this.locale = locale;
	}

	@Override
	public @Nullable ServletContext getServletContext() {
		return this.servletContext;
	}

	@Override
	public String getContextPath() {
		return (this.servletContext != null) ? this.servletContext.getContextPath() : "";
	}

	@Override
	public String getMethod() {
		return "GET";
	}

	@Override
	public String getScheme() {
		return "http";
	}

	@Override
	public String getServerName() {
		return "localhost";
	}

	@Override
	public int getServerPort() {
		return 80;
	}

	@Override
	public String getServletPath() {
		return "/";
	}

	@Override
	public String getRequestURI() {
		return getContextPath() + "/";
	}

	@Override
	public StringBuffer getRequestURL() {
		return new StringBuffer("http://localhost").append(getRequestURI());
	}

	@Override
	public Locale getLocale() {
		return this.locale;
	}

	@Override
	public Enumeration<Locale> getLocales() {
		return Collections.enumeration(List.of(this.locale));
	}

	@Override
	public @Nullable String getHeader(String name) {
		return HttpHeaders.ACCEPT.equalsIgnoreCase(name) ? MediaType.TEXT_HTML_VALUE : null;
	}

	@Override
	public Enumeration<String> getHeaders(String name) {
		String value = getHeader(name);
		return (value != null) ? Collections.enumeration(List.of(value)) : Collections.emptyEnumeration();
	}

	@Override
	public @Nullable Object getAttribute(String name) {
		return this.attributes.get(name);
	}

	@Override
	public Enumeration<String> getAttributeNames() {
		return Collections.enumeration(List.copyOf(this.attributes.keySet()));
	}

	@Override
	public void setAttribute(String name, @Nullable Object value) {
		this.attributes.put(name, value);
	}

	@Override
	public void removeAttribute(String name) {
		this.attributes.remove(name);
	}

	@Override
	public HttpSession getSession() {
		throw noSession();
	}

	@Override
	public @Nullable HttpSession getSession(boolean create) {
		if (create) {
			throw noSession();
		}
		return null;
	}

	private static IllegalStateException noSession() {
		return new IllegalStateException("What is pushed to everybody is rendered without a session");
	}

}
