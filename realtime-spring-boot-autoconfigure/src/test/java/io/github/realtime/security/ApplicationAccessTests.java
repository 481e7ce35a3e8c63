package io.github.realtime.security;

import java.util.concurrent.Callable;

import io.github.realtime.RealtimeClient;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.realtime.access.ChannelRule.denyAll;
import static io.github.realtime.access.ChannelRule.permitAll;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationAccess}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationAccessTests {

	private static final ChannelAccess RULES = ChannelAccess.rules()
		.match("permitted")
		.publish(permitAll())
		.match("denied")
		.publish(denyAll())
		.match("silent")
		.presence(permitAll())
		.build();

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "permitted, -, true", "permitted, false, true", "denied, -, false", "denied, true, false",
					"silent, -, false", "silent, true, true", "silent, false, false", "unmatched, -, false",
					"unmatched, true, true" })
	void beanDecidesBeforeConfigurationAndThatBeforeTheDefault(String channel, Boolean configured, boolean allowed) {
		ApplicationAccess access = new ApplicationAccess(RULES, (name, permission) -> configured,
				ClientSecurity.none());
		assertThat(access.isAllowed(TestClient.ANONYMOUS, channel, ChannelPermission.PUBLISH)).isEqualTo(allowed);
	}

	@Test
	void configurationIsNotAskedWhereTheBeanIsNoListOfRules() {
		ApplicationAccess access = new ApplicationAccess((client, channel, permission) -> false,
				(name, permission) -> true, ClientSecurity.none());
		assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.PUBLISH)).isFalse();
	}

	@Test
	void configurationDecidesWhereThereIsNoBean() {
		ApplicationAccess access = new ApplicationAccess(ChannelAccess.subscribeOnly(),
				(name, permission) -> (permission == ChannelPermission.PUBLISH) ? true : null, ClientSecurity.none());
		assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.PUBLISH)).isTrue();
		assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.SUBSCRIBE)).isTrue();
		assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.WRITE)).isFalse();
	}

	@Test
	void decisionThatThrowsIsARefusalAndLogged(CapturedOutput output) {
		for (Throwable failure : new Throwable[] { new IllegalStateException("broken rule"),
				new AssertionError("broken rule"), new StackOverflowError("broken rule") }) {
			ApplicationAccess access = new ApplicationAccess((client, channel, permission) -> sneakyThrow(failure),
					(name, permission) -> null, ClientSecurity.none());
			assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.SUBSCRIBE)).isFalse();
			assertThat(output).contains("The decision SUBSCRIBE for 'a' failed, which counts as a refusal")
				.contains(failure.toString());
		}
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> boolean sneakyThrow(Throwable failure) throws E {
		throw (E) failure;
	}

	@Test
	void decisionIsMadeAsTheClientAndItsRefusalsAreNotLogged(CapturedOutput output) {
		ClientSecurity security = new ClientSecurity() {

			@Override
			public RealtimeAuthentication read(java.security.Principal principal) {
				throw new UnsupportedOperationException();
			}

			@Override
			public <T> T call(RealtimeClient client, Callable<T> action) throws Exception {
				assertThat(client).isSameAs(TestClient.ANONYMOUS);
				action.call();
				throw new SecurityException("not for you");
			}

			@Override
			public boolean isRefusal(Throwable exception) {
				return exception instanceof SecurityException;
			}

		};
		ApplicationAccess access = new ApplicationAccess((client, channel, permission) -> true,
				(name, permission) -> null, security);
		assertThat(access.isAllowed(TestClient.ANONYMOUS, "a", ChannelPermission.SUBSCRIBE)).isFalse();
		assertThat(output).doesNotContain("not for you");
	}

}
