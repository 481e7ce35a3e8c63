package io.github.realtime.autoconfigure;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.realtime.RealtimeClient;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.security.ApplicationAccess;
import io.github.realtime.security.ClientSecurity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications without some of the optional libraries.
 */
class MissingLibraryTests {

	@ParameterizedTest
	@CsvSource({ "spring-tx spring-data- spring-boot-data- spring-jdbc spring-boot-jdbc, true",
			"micrometer-core spring-boot-micrometer- spring-boot-health spring-boot-actuator, true",
			"spring-boot-jackson, true", "lettuce- spring-data-redis spring-boot-data-redis, true",
			"spring-security- spring-boot-security nimbus-jose-jwt, true",
			"spring-security-oauth2-jose nimbus-jose-jwt, true",
			"spring-security-oauth2-resource-server spring-boot-security-oauth2-resource-server, true",
			"spring-security-oauth2- spring-boot-security-oauth2- nimbus-jose-jwt, true", "lettuce-, true",
			"jakarta.validation hibernate-validator, true", "thymeleaf- spring-boot-thymeleaf, true",
			"tomcat- spring-boot-tomcat, true", "spring-webmvc spring-boot-webmvc, false", "spring-websocket, false",
			"jakarta.websocket- tomcat-embed-websocket jetty-ee11-websocket, false" })
	void applicationStartsAndSends(String libraries, boolean endpoint) throws Exception {
		List<URL> classPath = new ArrayList<>();
		int missing = 0;
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			String file = Path.of(entry).getFileName().toString();
			if (Stream.of(libraries.split(" ")).anyMatch(file::startsWith)) {
				missing++;
			}
			else if (!file.startsWith("logback-")) {
				classPath.add(Path.of(entry).toUri().toURL());
			}
		}
		assertThat(missing).as("libraries left out").isGreaterThanOrEqualTo(libraries.split(" ").length);
		assertThat(startAndSend(classPath))
			.isEqualTo("{\"postId\":7}" + (endpoint ? " with endpoint[false, true]" : ""));
	}

	@SuppressWarnings("unchecked")
	private static String startAndSend(List<URL> classPath) throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(loader);
			return ((Supplier<String>) loader.loadClass(Application.class.getName())
				.getDeclaredConstructor()
				.newInstance()).get();
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RealtimeAutoConfiguration.class, RealtimeHealthAutoConfiguration.class,
			RealtimeMetricsAutoConfiguration.class, RealtimeRedisAutoConfiguration.class,
			RealtimeSecurityAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class,
			RealtimeActionAutoConfiguration.class, RealtimeViewAutoConfiguration.class })
	public static class Application implements Supplier<String> {

		@Override
		public String get() {
			try (GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext())) {
				new AnnotatedBeanDefinitionReader(context).register(Application.class);
				context.refresh();
				RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
				realtime.send("post_1", new Vote(7));
				return realtime.channel("post_1").history(1).get(0).data()
						+ (context.containsBean("realtimeHandlerMapping") ? " with endpoint" + decide(context) : "");
			}
		}

	}

	/**
	 * Has a rule decide about a user of whom nothing is known but the name.
	 */
	private static String decide(GenericWebApplicationContext context) {
		ClientSecurity security = context.getBean(ClientSecurity.class);
		ApplicationAccess access = new ApplicationAccess(
				ChannelAccess.rules().match("{name}").subscribe(ChannelRule.hasRole("ADMIN")).build(),
				(channel, permission) -> null, security);
		RealtimeAuthentication ada = security.read(() -> "ada");
		return Stream.of(ada, ada.withRoles("ADMIN"))
			.map((authentication) -> new User(authentication.principal(), authentication.authorities()))
			.map((user) -> access.isAllowed(user, "post_1", ChannelPermission.SUBSCRIBE))
			.toList()
			.toString();
	}

	record User(Principal principal, Set<String> authorities) implements RealtimeClient {

		@Override
		public String id() {
			return "c1";
		}

		@Override
		public Map<String, Object> attributes() {
			return Map.of();
		}

		@Override
		public Set<String> channels() {
			return Set.of();
		}

	}

	record Vote(int postId) {

	}

}
