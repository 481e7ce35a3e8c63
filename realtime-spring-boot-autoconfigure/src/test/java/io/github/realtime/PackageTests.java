package io.github.realtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The package of a type says whether it may be used, implemented, or neither.
 */
@AnalyzeClasses(packages = "io.github.realtime", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageTests {

	private static final String ROOT = "io.github.realtime";

	/** What applications, brokers and clients in Java may use. */
	private static final Set<String> OPEN = Set.of(ROOT, ROOT + ".annotation", ROOT + ".access", ROOT + ".state",
			ROOT + ".broker", ROOT + ".protocol");

	private static final String CREATED_BY_OTHERS = "Spring Boot or Tomcat creates them";

	/** The public types of the other packages, and why Java asks for that. */
	private static final Map<String, Set<String>> PUBLIC_INTERNALS = Map.of("autoconfigure makes beans of them",
			Set.of("action.ActionMethods", "action.ActionRunner", "action.ActionThreads", "action.CallHandler",
					"broker.memory.MemoryBroker", "broker.redis.RedisBroker", "core.BrokerRealtimeTemplate",
					"core.ImmediateSends", "core.RealtimeEventListener", "core.StateHandlers", "core.StateLoader",
					"security.ApplicationAccess", "security.JwtAuthenticator", "security.SpringSecurity",
					"session.AuthenticateHandler", "session.CommandDispatcher", "session.CommandHandlers",
					"session.Hub", "session.StateKeys", "view.ClientIdArgumentResolver", "view.CursorInterceptor",
					"view.MvcViewRenderer", "view.RealtimeDialect", "view.RendersViewInterceptor",
					"websocket.HttpSessions", "websocket.RealtimeHandlerMapping", "websocket.RealtimeHandshakeHandler",
					"websocket.RealtimeWebSocketHandler", "websocket.WebSocketEndpoint"),
			"autoconfigure hands the properties on in them",
			Set.of("session.AuthenticationPolicy", "session.PresencePolicy", "session.SessionLimits"),
			"a seam that packages above implement or call", Set.of("core.ViewRenderer", "security.ClientSecurity",
					"session.Client", "session.ClientConnection", "session.CommandHandler"),
			"several packages share them",
			Set.of("core.Drafts", "core.HandledChannel", "support.AsyncType", "support.ChannelPattern",
					"support.ChannelTemplate", "support.DaemonThreads", "support.Futures",
					"support.InvalidDeclarationException", "support.JsonCodec", "support.ThrottledLog"),
			CREATED_BY_OTHERS,
			Set.of("autoconfigure.RealtimeActionAutoConfiguration", "autoconfigure.RealtimeAutoConfiguration",
					"autoconfigure.RealtimeHealthAutoConfiguration", "autoconfigure.RealtimeMetricsAutoConfiguration",
					"autoconfigure.RealtimeProperties", "autoconfigure.RealtimeRedisAutoConfiguration",
					"autoconfigure.RealtimeSecurityAutoConfiguration", "autoconfigure.RealtimeViewAutoConfiguration",
					"autoconfigure.RealtimeWebSocketAutoConfiguration", "websocket.TomcatConnection"));

	/** Classes of one package that use each other in a circle, and why they do. */
	private static final Map<Set<String>, String> CIRCLES = Map.of(
			Set.of("access.ChannelAccess", "access.ChannelRules", "access.RuledAccess"),
			"an application begins with ChannelAccess.rules()",
			Set.of("autoconfigure.RealtimeProperties", "autoconfigure.RealtimePropertiesValidator"),
			"Spring Boot asks the properties themselves to validate");

	@ArchTest
	static void internalTypesArePublicForAReason(JavaClasses classes) {
		assertThat(classes.stream()
			.filter((type) -> type.isTopLevelClass() && !isOpen(type))
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(PackageTests::shortName))
			.containsExactlyInAnyOrderElementsOf(PUBLIC_INTERNALS.values().stream().flatMap(Set::stream).toList());
	}

	@ArchTest
	static void publicInternalTypesAreUsedByAnotherPackage(JavaClasses classes) {
		assertThat(classes.stream()
			.filter((type) -> type.isTopLevelClass() && !isOpen(type))
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> !PUBLIC_INTERNALS.getOrDefault(CREATED_BY_OTHERS, Set.of()).contains(shortName(type)))
			.filter((type) -> type.getDirectDependenciesToSelf()
				.stream()
				.allMatch((use) -> use.getOriginClass().getPackageName().equals(type.getPackageName())))
			.map(PackageTests::shortName)).isEmpty();
	}

	@ArchTest
	static void openPackagesShowNoInternalType(JavaClasses classes) {
		assertThat(classes.stream()
			.filter((type) -> isOpen(type) && isVisible(type))
			.flatMap((type) -> Stream.concat(type.getFields().stream(), type.getCodeUnits().stream()))
			.filter(PackageTests::isVisible)
			.flatMap((member) -> shownBy(member)
				.filter((type) -> type.getPackageName().startsWith(ROOT) && !isOpen(type))
				.map((type) -> member.getFullName() + " shows " + type.getName())))
			.isEmpty();
	}

	@ArchTest
	static void classesOfOnePackageUseEachOtherInNoOtherCircle(JavaClasses classes) {
		Map<String, Set<String>> uses = new TreeMap<>();
		for (JavaClass type : classes) {
			String user = shortName(outermost(type));
			type.getDirectDependenciesFromSelf().forEach((use) -> {
				JavaClass used = outermost(use.getTargetClass());
				if (used.getPackageName().equals(type.getPackageName()) && !shortName(used).equals(user)) {
					uses.computeIfAbsent(user, (name) -> new TreeSet<>()).add(shortName(used));
				}
			});
		}
		Map<String, Set<String>> reached = new HashMap<>();
		uses.keySet().forEach((name) -> reached.put(name, reachedFrom(name, uses)));
		Set<Set<String>> circles = uses.keySet()
			.stream()
			.filter((name) -> reached.get(name).contains(name))
			.map((name) -> (Set<String>) reached.get(name)
				.stream()
				.filter((other) -> reached.getOrDefault(other, Set.of()).contains(name))
				.collect(Collectors.toCollection(TreeSet::new)))
			.collect(Collectors.toSet());
		assertThat(circles).isEqualTo(CIRCLES.keySet());
	}

	private static Set<String> reachedFrom(String name, Map<String, Set<String>> uses) {
		Set<String> reached = new TreeSet<>();
		Deque<String> open = new ArrayDeque<>(List.of(name));
		while (!open.isEmpty()) {
			for (String used : uses.getOrDefault(open.pop(), Set.of())) {
				if (reached.add(used)) {
					open.push(used);
				}
			}
		}
		return reached;
	}

	private static Stream<JavaClass> shownBy(JavaMember member) {
		Stream<JavaType> types = (member instanceof JavaCodeUnit unit)
				? Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
				: Stream.of(((JavaField) member).getType());
		return types.flatMap((type) -> type.getAllInvolvedRawTypes().stream());
	}

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(PackageTests::outermost).orElse(type);
	}

	private static String shortName(JavaClass type) {
		return type.getName().substring(ROOT.length() + 1);
	}

	private static boolean isOpen(JavaClass type) {
		return OPEN.contains(type.getPackageName());
	}

	private static boolean isVisible(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(PackageTests::isVisible).orElse(true);
	}

	private static boolean isVisible(JavaMember member) {
		return member.getModifiers().contains(JavaModifier.PUBLIC)
				|| member.getModifiers().contains(JavaModifier.PROTECTED);
	}

}
