package io.github.realtime.autoconfigure;

import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import io.github.realtime.action.CallHandler;
import io.github.realtime.annotation.ClientId;
import io.github.realtime.annotation.CursorOf;
import io.github.realtime.annotation.RealtimeAction;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.annotation.ViewKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.context.request.async.DeferredResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application learns at its start of the methods that it has annotated.
 */
class AnnotatedMethodsTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RealtimeAutoConfiguration.class,
				RealtimeSecurityAutoConfiguration.class, RealtimeWebSocketAutoConfiguration.class,
				RealtimeActionAutoConfiguration.class, RealtimeViewAutoConfiguration.class,
				JacksonAutoConfiguration.class, WebMvcAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			ClientOfAnotherType | @ClientId and @ViewKey are for a String, and not for parameter 1 of void
			ViewOfAnotherType   | @ClientId and @ViewKey are for a String, and not for parameter 0 of void
			UnknownName         | @RendersView("/note/{id}") on void
			UnknownName         | it has no parameter 'id', and none that takes a payload
			OfAController       | @AuthenticationPrincipal means nothing to an action: parameter 0 of void
			OfAController       | would be whatever the client says
			ReturnsMono         | A Mono means nothing to an action, and reactor.core.publisher.Mono<java.lang.String>
			ReturnsMono         | Return the result itself, as an action may block, or a CompletableFuture
			ReturnsFlux         | A Flux means nothing to an action
			ReturnsPublisher    | A Flow.Publisher means nothing to an action
			ReturnsFuture       | A Future means nothing to an action
			ReturnsCallable     | A Callable means nothing to an action
			ReturnsDeferred     | A DeferredResult means nothing to an action
			ReturnsResponse     | A ResponseEntity means nothing to an action
			Unclosed            | @RendersView("/note/{id") on void
			TooLong             | it is longer than 200 characters
			Empty               | @RendersView("") on void
			Handler             | @RendersView("/note/{id") on void
			UnclosedCursor      | @CursorOf("post_{id") on void
			CursorOfNoName      | it is empty
			CursorOfABadName    | @CursorOf("post {id}") on void
			CursorOfABadName    | character 5 is not one of
			BadViewOfAValue     | it is longer than 200 characters
			TakesRequest        | An action has no HttpServletRequest: parameter 1 of void
			TakesRequest        | would be whatever the client says
			TakesRequest        | An action is called over a WebSocket
			TakesSession        | An action has no HttpSession
			TakesModel          | An action has no Model
			TakesErrors         | An action has no BindingResult
			TakesLocale         | An action has no Locale
			TakesStream         | An action has no InputStream
			TakesFuture         | An action has no CompletableFuture
			TakesContext        | An action has no SecurityContext
			TakesTwo            | there are 2. Make one record of them
			Private             | is private. Give it any other visibility
			BadName             | has a name that is none: Invalid name "bad name"
			""")
	void annotationThatIsWrongStopsTheStartAndNamesTheMethod(String type, String message) throws Exception {
		Class<?> bean = Class.forName(AnnotatedMethodsTests.class.getName() + "$" + type);
		this.runner.withBean(bean)
			.run((context) -> assertThat(analysis(context)).contains(message).contains(type + ".method("));
	}

	/**
	 * What the application's developer sees instead of a stack trace.
	 */
	private static String analysis(AssertableWebApplicationContext context) {
		FailureAnalysis analysis = new InvalidDeclarationFailureAnalyzer().analyze(context.getStartupFailure());
		return analysis.getDescription() + " " + analysis.getAction();
	}

	@Test
	void actionThatIsFinalStopsTheStartWhereItsBeanHasAProxy() {
		this.runner.withBean(Final.class).run((context) -> assertThat(context).hasNotFailed());
		this.runner.withBean(Final.class, () -> proxyOf(new Final()))
			.run((context) -> assertThat(analysis(context)).contains("Final.method() is final")
				.contains("Remove 'final'"));
	}

	@Test
	void actionThatTheInterfaceOfAProxyLacksStopsTheStart() {
		this.runner.withBean("bean", OfNoInterface.class)
			.withBean(BeanNameAutoProxyCreator.class, AnnotatedMethodsTests::proxyOfInterfaces)
			.run((context) -> assertThat(analysis(context)).contains("does not have the action public void")
				.contains("spring.aop.proxy-target-class=true"));
	}

	@SuppressWarnings("unchecked")
	private static <T> T proxyOf(T bean) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		return (T) factory.getProxy();
	}

	private static BeanNameAutoProxyCreator proxyOfInterfaces() {
		BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
		creator.setBeanNames("bean");
		return creator;
	}

	@Test
	void failureAnalyzerIsRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, (type, name, failure) -> {
				// of libraries that are not there
			})).hasAtLeastOneElementOfType(InvalidDeclarationFailureAnalyzer.class);
	}

	@Test
	void returnTypeThatAClassGivesToItsParentsMethodIsLookedAtToo() {
		this.runner.withBean(OfAMono.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("A Mono means nothing to an action")
				.hasStackTraceContaining("Generic.method("));
		this.runner.withBean(OfAText.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void annotationsThatMayBeRightDoNot() {
		this.runner.withBean(Right.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void beanThatIsNeverUsedMayHaveMethodsOfTypesThatAreNotThere() {
		RootBeanDefinition unused = new RootBeanDefinition(classWithAMissingType());
		unused.setLazyInit(true);
		this.runner
			.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
				.registerBeanDefinition("unused", unused))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(CallHandler.class));
	}

	private static Class<?> classWithAMissingType() {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Unused", null, "java/lang/Object", null);
		MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "method",
				"()Lmissing/Type;", null, null);
		method.visitEnd();
		writer.visitEnd();
		byte[] bytes = writer.toByteArray();
		return new ClassLoader(AnnotatedMethodsTests.class.getClassLoader()) {

			Class<?> define() {
				return defineClass("Unused", bytes, 0, bytes.length);
			}

		}.define();
	}

	static class ClientOfAnotherType {

		@RealtimeAction("action")
		void method(String payload, @ClientId UUID client) {
		}

	}

	static class ViewOfAnotherType {

		@RealtimeAction("action")
		void method(@ViewKey Object view) {
		}

	}

	static class UnknownName {

		@RealtimeAction("action")
		@RendersView("/note/{id}")
		void method(@ViewKey String view) {
		}

	}

	static class OfAController {

		@RealtimeAction("action")
		void method(@CurrentUser Object user) {
		}

	}

	@AuthenticationPrincipal
	@Retention(RetentionPolicy.RUNTIME)
	@interface CurrentUser {

	}

	static class ReturnsMono {

		@RealtimeAction("action")
		Mono<String> method() {
			return Mono.just("result");
		}

	}

	static class ReturnsFlux {

		@RealtimeAction("action")
		Flux<String> method() {
			return Flux.just("result");
		}

	}

	static class ReturnsPublisher {

		@RealtimeAction("action")
		Flow.@Nullable Publisher<String> method() {
			return null;
		}

	}

	static class ReturnsFuture {

		@RealtimeAction("action")
		@Nullable Future<String> method() {
			return null;
		}

	}

	static class ReturnsCallable {

		@RealtimeAction("action")
		Callable<String> method() {
			return () -> "result";
		}

	}

	static class ReturnsDeferred {

		@RealtimeAction("action")
		DeferredResult<String> method() {
			return new DeferredResult<>();
		}

	}

	static class ReturnsResponse {

		@RealtimeAction("action")
		ResponseEntity<String> method() {
			return ResponseEntity.ok("result");
		}

	}

	abstract static class Generic<T> {

		@RealtimeAction("action")
		@Nullable T method() {
			return null;
		}

	}

	static class OfAMono extends Generic<Mono<String>> {

	}

	static class OfAText extends Generic<String> {

	}

	static class Unclosed {

		@RealtimeAction("action")
		@RendersView("/note/{id")
		void method(int id) {
		}

	}

	static class TooLong {

		@RealtimeAction("action")
		@RendersView("/note/0123456789012345678901234567890123456789012345678901234567890123456789"
				+ "0123456789012345678901234567890123456789012345678901234567890123456789"
				+ "0123456789012345678901234567890123456789012345678901234567890123456789")
		void method() {
		}

	}

	static class Empty {

		@RealtimeAction("action")
		@RendersView("")
		void method() {
		}

	}

	@Controller
	static class Handler {

		@PostMapping("/note")
		@RendersView("/note/{id")
		void method() {
		}

	}

	@Controller
	static class UnclosedCursor {

		@GetMapping("/post")
		@CursorOf("post_{id")
		void method() {
		}

	}

	@Controller
	static class CursorOfNoName {

		@GetMapping("/post")
		@CursorOf(state = "")
		void method() {
		}

	}

	@Controller
	static class CursorOfABadName {

		@GetMapping("/post")
		@CursorOf("post {id}")
		void method() {
		}

	}

	static class BadViewOfAValue {

		@RealtimeAction("action")
		@RendersView("/note/{id}/0123456789012345678901234567890123456789012345678901234567890123456789"
				+ "0123456789012345678901234567890123456789012345678901234567890123456789"
				+ "0123456789012345678901234567890123456789012345678901234567890123456789")
		void method(int id) {
		}

	}

	static class TakesRequest {

		@RealtimeAction("action")
		void method(String payload, HttpServletRequest request) {
		}

	}

	static class TakesSession {

		@RealtimeAction("action")
		void method(HttpSession session) {
		}

	}

	static class TakesModel {

		@RealtimeAction("action")
		void method(Model model) {
		}

	}

	static class TakesErrors {

		@RealtimeAction("action")
		void method(BindingResult errors) {
		}

	}

	static class TakesLocale {

		@RealtimeAction("action")
		void method(Locale locale) {
		}

	}

	static class TakesStream {

		@RealtimeAction("action")
		void method(InputStream body) {
		}

	}

	static class TakesFuture {

		@RealtimeAction("action")
		void method(CompletableFuture<String> payload) {
		}

	}

	static class TakesContext {

		@RealtimeAction("action")
		void method(SecurityContext context) {
		}

	}

	static class TakesTwo {

		@RealtimeAction("action")
		void method(String one, String other) {
		}

	}

	static class Private {

		@RealtimeAction("action")
		private void method() {
		}

	}

	static class BadName {

		@RealtimeAction("bad name")
		void method() {
		}

	}

	static class Final {

		@RealtimeAction("action")
		final void method() {
		}

	}

	static class OfNoInterface implements Runnable {

		@RealtimeAction("action")
		public void method() {
		}

		@Override
		public void run() {
		}

	}

	@Controller
	static class Right {

		@GetMapping("/note")
		@CursorOf(value = { "/note/é", "post_{id}" }, state = "board")
		void page() {
		}

		@RealtimeAction("action")
		@RendersView({ "/note/{id}", "/of/{payload.author}", "/notes", "{view}" })
		void method(@RequestBody Object payload, @ViewKey @Nullable String view) {
		}

		@RealtimeAction("other")
		@RendersView({ "{view}", "{client}" })
		void other(@ViewKey @Nullable String view, @ClientId String client) {
		}

		@RealtimeAction("later")
		CompletionStage<String> later() {
			return CompletableFuture.completedStage("result");
		}

		@RealtimeAction("map")
		Map<String, List<Integer>> map() {
			return Map.of();
		}

		@PostMapping("/note")
		@RendersView({ "/note/{id}", "/notes" })
		void handle() {
		}

	}

}
