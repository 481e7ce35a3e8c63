package io.github.realtime.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves the browser client below the endpoint's path. Browsers ask each time whether it
 * has changed; the answer depends on what it says, since builds that can be repeated give
 * every file the same date.
 */
final class ClientScripts implements WebMvcConfigurer {

	private static final String LOCATION = "META-INF/realtime/";

	private final String path;

	ClientScripts(String path) {
		this.path = path;
	}

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler(this.path + "/*.js")
			.addResourceLocations("classpath:/" + LOCATION)
			.setCacheControl(CacheControl.noCache())
			.setUseLastModified(false)
			.setEtagGenerator(ClientScripts::digest);
	}

	private static String digest(Resource script) {
		try {
			// Weak, since Tomcat compresses nothing that has a strong one
			return "W/\"" + DigestUtils.md5DigestAsHex(script.getContentAsByteArray()) + "\"";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
