package io.github.realtime.autoconfigure;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.realtime.PayloadTooLargeException;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.SendOptions;
import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.action.CallHandler;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RealtimeEvent;
import io.github.realtime.broker.Broker;
import io.github.realtime.broker.FakeBroker;
import io.github.realtime.broker.memory.MemoryBroker;
import io.github.realtime.core.BrokerRealtimeTemplate;
import io.github.realtime.core.RealtimeEventListener;
import io.github.realtime.core.ViewRenderer;
import io.github.realtime.security.ApplicationAccess;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.security.JwtAuthenticator;
import io.github.realtime.security.SpringSecurity;
import io.github.realtime.session.AuthenticateHandler;
import io.github.realtime.session.Client;
import io.github.realtime.session.CommandDispatcher;
import io.github.realtime.session.FakeConnection;
import io.github.realtime.session.Hub;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.security.oauth2.jwt.JwtDecoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RealtimeAutoConfiguration} and
 * {@link RealtimeWebSocketAutoConfiguration}.
 */
class RealtimeAutoConfigurationTests {

	private static final AutoConfigurations OURS = AutoConfigurations.of(RealtimeAutoConfiguration.class,
			RealtimeHealthAutoConfiguration.class, RealtimeMetricsAutoConfiguration.class,
			RealtimeSecurityAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class,
			RealtimeActionAutoConfiguration.class, RealtimeViewAutoConfiguration.class, JacksonAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(OURS);

	private final WebApplicationContextRunner webRunner = new WebApplicationContextRunner().withConfiguration(OURS);

	private final ReactiveWebApplicationContextRunner reactiveRunner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(OURS);

	@Test
	void applicationWithoutWebCanSend() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(MemoryBroker.class)
				.hasSingleBean(RealtimeTemplate.class)
				.hasSingleBean(RealtimeEventListener.class)
				.doesNotHaveBean(Hub.class)
				.doesNotHaveBean(CallHandler.class)
				.doesNotHaveBean(ViewRenderer.class);
			assertCanSend(context);
		});
	}

	@Test
	void reactiveApplicationCanSend() {
		this.reactiveRunner.run((context) -> {
			assertThat(context).doesNotHaveBean(Hub.class);
			assertCanSend(context);
		});
	}

	@Test
	void servletApplicationHasTheEndpoint() {
		this.webRunner.run((context) -> {
			assertThat(context).hasSingleBean(Hub.class)
				.hasSingleBean(CommandDispatcher.class)
				.hasSingleBean(ChannelAccess.class)
				.hasSingleBean(ClientScripts.class)
				.hasSingleBean(CallHandler.class)
				.hasSingleBean(ViewRenderer.class)
				.doesNotHaveBean(Executor.class);
			assertCanSend(context);
			assertThat(context.getBean("realtimeHandlerMapping")).extracting("urlMap")
				.asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsOnlyKeys("/realtime");
		});
	}

	@Test
	void actionsThatHaveOneNameOrTwoPayloadsStopTheStart() {
		this.webRunner.withBean(TwoOfOneName.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Two actions have one name: action 'same'"));
		this.webRunner.withBean(TwoPayloads.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("of void")
				.hasMessageContaining("there are 2"));
		this.webRunner.withBean(BadName.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Invalid name \"a b\": character 2"));
	}

	static class TwoOfOneName {

		@RealtimeAction("same")
		void one() {
		}

		@RealtimeAction("same")
		void two() {
		}

	}

	static class TwoPayloads {

		@RealtimeAction("two")
		void two(String one, String other) {
		}

	}

	static class BadName {

		@RealtimeAction("a b")
		void badName() {
		}

	}

	@Test
	void closingTheContextClosesTheBroker() {
		this.runner.run((context) -> {
			MemoryBroker broker = context.getBean(MemoryBroker.class);
			assertThat(broker).extracting("sweeper", InstanceOfAssertFactories.type(ExecutorService.class))
				.returns(false, ExecutorService::isShutdown);
			context.close();
			assertThat(broker).extracting("sweeper", InstanceOfAssertFactories.type(ExecutorService.class))
				.returns(true, ExecutorService::isShutdown);
		});
	}

	@ParameterizedTest
	@CsvSource({ "memory, realtime.broker is 'memory'", "auto, no property of spring.data.redis says where Redis is" })
	@ExtendWith(OutputCaptureExtension.class)
	void startSaysOnceWhichBrokerIsUsedAndWhy(String broker, String reason, CapturedOutput output) {
		this.runner.withPropertyValues("realtime.broker=" + broker)
			.run((context) -> assertThat(output).containsOnlyOnce("Realtime uses the broker in memory: " + reason));
	}

	@Test
	void memoryBrokerKeepsAsMuchHistoryAsConfigured() {
		this.runner
			.withPropertyValues("realtime.history.size=2", "realtime.channels[0].pattern=chat_*",
					"realtime.channels[0].history.size=1")
			.run((context) -> {
				RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
				for (String channel : List.of("chat_1", "post_1")) {
					realtime.send(channel, 1);
					realtime.send(channel, 2);
					realtime.send(channel, 3);
				}
				assertThat(realtime.channel("chat_1").history(10)).hasSize(1);
				assertThat(realtime.channel("post_1").history(10)).hasSize(2);
			});
	}

	@Test
	void templateUsesTheApplicationsMapperAndLimit() {
		this.runner
			.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE",
					"spring.jackson.serialization.indent-output=true", "realtime.limits.message-size=20B")
			.run((context) -> {
				RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
				realtime.send("post_1", new Vote(7));
				assertThat(realtime.channel("post_1").history(1).get(0).line().text()).contains("{\"post_id\":7}");
				assertThatExceptionOfType(PayloadTooLargeException.class)
					.isThrownBy(() -> realtime.send("post_1", "x".repeat(19)));
			});
	}

	@Test
	void templateWhenThereAreSeveralMappersAndNoneIsPrimaryUsesItsOwn() {
		Function<String, JsonMapper> mapper = (
				name) -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE).build();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class))
			.withBean("one", JsonMapper.class, () -> mapper.apply("one"))
			.withBean("two", JsonMapper.class, () -> mapper.apply("two"))
			.run((context) -> {
				RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
				realtime.send("post_1", new Vote(7));
				assertThat(realtime.channel("post_1").history(1).get(0).data().toString()).isEqualTo("{\"postId\":7}");
			});
	}

	@Test
	void annotatedEventIsSent() {
		this.runner.run((context) -> {
			context.publishEvent(new Voted(7));
			assertThat(context.getBean(RealtimeTemplate.class).channel("post_7").history(1)).hasSize(1);
		});
	}

	@Test
	void applicationsBrokerIsUsed() {
		FakeBroker broker = new FakeBroker();
		this.webRunner.withBean("myBroker", Broker.class, () -> broker).run((context) -> {
			assertThat(context).hasSingleBean(Broker.class).doesNotHaveBean(MemoryBroker.class);
			context.getBean(RealtimeTemplate.class).send("post_1", 1);
			assertThat(broker.data()).containsExactly("1");
		});
	}

	@Test
	void applicationsOperationsAreUsed() {
		List<Object> sent = new ArrayList<>();
		RealtimeTemplate operations = (RealtimeTemplate) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RealtimeTemplate.class },
				(proxy, method, arguments) -> method.isDefault()
						? InvocationHandler.invokeDefault(proxy, method, arguments)
						: sent.add(arguments[0]) ? null : null);
		this.webRunner.withBean("myOperations", RealtimeTemplate.class, () -> operations).run((context) -> {
			assertThat(context).hasSingleBean(RealtimeTemplate.class).doesNotHaveBean(BrokerRealtimeTemplate.class);
			context.publishEvent(new Voted(7));
			assertThat(sent).containsExactly("post_7");
		});
	}

	@Test
	void applicationsAccessDecides() {
		List<String> asked = new ArrayList<>();
		ChannelAccess access = (client, channel, permission) -> {
			asked.add(client.id() + " " + channel + " " + permission);
			return channel.equals("open");
		};
		this.webRunner.withBean("myAccess", ChannelAccess.class, () -> access).run((context) -> {
			assertThat(context).hasSingleBean(ChannelAccess.class);
			FakeConnection connection = new FakeConnection();
			Client client = context.getBean(Hub.class).open(connection);
			CommandDispatcher dispatcher = context.getBean(CommandDispatcher.class);
			dispatcher.receive(client, "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"closed\"}");
			dispatcher.receive(client, "{\"type\":\"subscribe\",\"id\":2,\"channel\":\"open\"}");
			connection.awaitText("\"type\":\"subscribed\",\"id\":2");
			assertThat(connection.text()).contains("\"type\":\"error\",\"id\":1,\"code\":\"forbidden\"");
			assertThat(asked).containsExactly(client.id() + " closed SUBSCRIBE", client.id() + " open SUBSCRIBE",
					client.id() + " open PRESENCE");
		});
	}

	@Test
	void configurationLetsClientsPublishWhereTheBeanIsSilent() {
		ChannelAccess access = ChannelAccess.rules()
			.match("chat_closed")
			.publish(ChannelRule.denyAll())
			.match("chat_*")
			.subscribe(ChannelRule.permitAll())
			.build();
		WebApplicationContextRunner runner = this.webRunner.withPropertyValues("realtime.channels[0].pattern=chat_*",
				"realtime.channels[0].client-publish=true", "realtime.channels[1].pattern=*");
		runner.run((context) -> assertThat(mayPublish(context)).containsExactly("chat_1", "chat_closed"));
		runner.withBean(ChannelAccess.class, () -> access)
			.run((context) -> assertThat(mayPublish(context)).containsExactly("chat_1"));
		this.webRunner.run((context) -> assertThat(mayPublish(context)).isEmpty());
		runner.withBean(ChannelAccess.class, () -> (client, channel, permission) -> channel.equals("other"))
			.run((context) -> assertThat(mayPublish(context)).containsExactly("other"));
	}

	private static List<String> mayPublish(ConfigurableApplicationContext context) {
		Client client = context.getBean(Hub.class).open(new FakeConnection());
		ApplicationAccess access = context.getBean(ApplicationAccess.class);
		return Stream.of("chat_1", "chat_closed", "other")
			.filter((channel) -> access.isAllowed(client, channel, ChannelPermission.PUBLISH))
			.toList();
	}

	@Test
	void rulesThatAreWrongStopTheStartAndSayWhy() {
		this.webRunner.withBean(ChannelAccess.class, () -> ChannelAccess.rules().match("chat_**").permitAll().build())
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'**' is not supported, write '*'"));
	}

	@Test
	void tokensAreTakenWhereThereIsAnAuthenticator() {
		this.webRunner.run((context) -> assertThat(context).doesNotHaveBean(AuthenticateHandler.class)
			.getBean(ClientSecurity.class)
			.isInstanceOf(SpringSecurity.class));
		this.webRunner.withBean(RealtimeAuthenticator.class, () -> RealtimeAuthentication::of)
			.run((context) -> assertThat(context).hasSingleBean(AuthenticateHandler.class));
		this.webRunner.withBean(JwtDecoder.class, () -> (token) -> null)
			.run((context) -> assertThat(context).hasSingleBean(JwtAuthenticator.class)
				.hasSingleBean(AuthenticateHandler.class));
		this.webRunner.withBean(JwtDecoder.class, () -> (token) -> null)
			.withBean(RealtimeAuthenticator.class, () -> RealtimeAuthentication::of)
			.run((context) -> assertThat(context).doesNotHaveBean(JwtAuthenticator.class)
				.hasSingleBean(AuthenticateHandler.class));
		this.runner.withBean(JwtDecoder.class, () -> (token) -> null)
			.run((context) -> assertThat(context).doesNotHaveBean(RealtimeAuthenticator.class)
				.doesNotHaveBean(ClientSecurity.class));
	}

	@Test
	void applicationsSecurityIsUsed() {
		this.webRunner.withBean(ClientSecurity.class, ClientSecurity::none)
			.run((context) -> assertThat(context).hasSingleBean(ClientSecurity.class)
				.doesNotHaveBean(SpringSecurity.class));
		this.webRunner.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasSingleBean(ClientSecurity.class)
				.doesNotHaveBean(SpringSecurity.class));
	}

	@Test
	void whatIsSentReachesASubscriberOfTheEndpoint() {
		this.webRunner.run((context) -> {
			FakeConnection connection = new FakeConnection();
			Client client = context.getBean(Hub.class).open(connection);
			context.getBean(CommandDispatcher.class)
				.receive(client, "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"post_1\"}");
			RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
			realtime.send("post_1", "hidden", SendOptions.defaults().exclude(client.id()));
			realtime.send("post_1", "shown");
			connection.awaitText("\"offset\":2,\"data\":\"shown\"");
			assertThat(connection.text()).doesNotContain("hidden");
		});
	}

	@Test
	void disabledLeavesNothingBehind() {
		String disabled = "realtime.enabled=false";
		this.runner.withPropertyValues(disabled).run(RealtimeAutoConfigurationTests::assertNothingIsOurs);
		this.webRunner.withPropertyValues(disabled).run(RealtimeAutoConfigurationTests::assertNothingIsOurs);
		this.reactiveRunner.withPropertyValues(disabled).run(RealtimeAutoConfigurationTests::assertNothingIsOurs);
	}

	private static void assertNothingIsOurs(ConfigurableApplicationContext context) {
		assertThat(context.getBeanDefinitionNames()).isNotEmpty().allSatisfy((name) -> {
			assertThat(name).doesNotContain("realtime").isNotEqualTo("redisHealthContributor");
			assertThat(String.valueOf(context.getType(name))).doesNotContain("io.github.realtime");
		});
	}

	@Test
	void noBeanOfBootsBacksOff() {
		String ours = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.github.realtime"))
			.collect(Collectors.joining(","));
		Set<String> without = beanNames("spring.autoconfigure.exclude=" + ours);
		Set<String> with = beanNames("spring.autoconfigure.exclude=");
		assertThat(without).contains("applicationTaskExecutor", "taskScheduler", "redisTemplate",
				"redisHealthContributor", "requestMappingHandlerMapping", "jacksonJsonMapper");
		assertThat(with).containsAll(without);
		with.removeAll(without);
		assertThat(with).contains("realtimeHub", "realtimeMetrics")
			.as("ours are named as such")
			.allMatch((name) -> name.startsWith("realtime") || name.contains("io.github.realtime."));
	}

	private static Set<String> beanNames(String property) {
		Set<String> names = new TreeSet<>();
		new WebApplicationContextRunner().withUserConfiguration(Everything.class)
			.withPropertyValues(property)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				names.addAll(Arrays.asList(context.getBeanFactory().getBeanDefinitionNames()));
			});
		return names;
	}

	@Test
	void hubStopsBeforeTheWebServerDoes() {
		this.webRunner.run((context) -> assertThat(context.getBean(Hub.class).getPhase())
			.isGreaterThan(SmartLifecycle.DEFAULT_PHASE - 1024));
	}

	private static void assertCanSend(ConfigurableApplicationContext context) {
		RealtimeTemplate realtime = context.getBean(RealtimeTemplate.class);
		realtime.send("post_1", new Vote(7));
		assertThat(realtime.channel("post_1").history(1).get(0).data().toString()).isEqualTo("{\"postId\":7}");
	}

	record Vote(int postId) {

	}

	@RealtimeEvent(channel = "post_{postId}")
	record Voted(int postId) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableScheduling
	static class Everything {

	}

}
