package io.github.realtime;

import java.net.URL;
import java.net.URLConnection;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules that the packages obey. A package uses those named, and no other of ours.
 */
@AnalyzeClasses(packages = "io.github.realtime", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String ROOT = "io.github.realtime";

	@ArchTest
	static final ArchRule packagesUseOnlyThoseBelow = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("protocol")
		.definedBy(ROOT + ".protocol")
		.layer("root")
		.definedBy(ROOT)
		.layer("annotation")
		.definedBy(ROOT + ".annotation")
		.layer("broker")
		.definedBy(ROOT + ".broker")
		.layer("access")
		.definedBy(ROOT + ".access")
		.layer("state")
		.definedBy(ROOT + ".state")
		.layer("support")
		.definedBy(ROOT + ".support")
		.layer("security")
		.definedBy(ROOT + ".security")
		.layer("core")
		.definedBy(ROOT + ".core")
		.layer("broker.memory")
		.definedBy(ROOT + ".broker.memory")
		.layer("broker.redis")
		.definedBy(ROOT + ".broker.redis")
		.layer("session")
		.definedBy(ROOT + ".session")
		.layer("websocket")
		.definedBy(ROOT + ".websocket")
		.layer("action")
		.definedBy(ROOT + ".action")
		.layer("view")
		.definedBy(ROOT + ".view")
		.layer("autoconfigure")
		.definedBy(ROOT + ".autoconfigure")
		.whereLayer("protocol")
		.mayNotAccessAnyLayer()
		.whereLayer("root")
		.mayOnlyAccessLayers("protocol")
		.whereLayer("annotation")
		.mayOnlyAccessLayers("root")
		.whereLayer("broker")
		.mayOnlyAccessLayers("root", "protocol")
		.whereLayer("access")
		.mayOnlyAccessLayers("root", "support")
		.whereLayer("state")
		.mayOnlyAccessLayers("root", "support")
		.whereLayer("support")
		.mayOnlyAccessLayers("root", "annotation", "protocol")
		.whereLayer("security")
		.mayOnlyAccessLayers("root", "access")
		.whereLayer("core")
		.mayOnlyAccessLayers("root", "annotation", "state", "broker", "support", "protocol")
		.whereLayer("broker.memory")
		.mayOnlyAccessLayers("root", "broker", "support", "protocol")
		.whereLayer("broker.redis")
		.mayOnlyAccessLayers("root", "broker", "support", "protocol")
		.whereLayer("session")
		.mayOnlyAccessLayers("root", "access", "broker", "core", "security", "support", "protocol")
		.whereLayer("websocket")
		.mayOnlyAccessLayers("session", "protocol")
		.whereLayer("action")
		.mayOnlyAccessLayers("session", "root", "annotation", "access", "broker", "security", "support", "protocol")
		.whereLayer("view")
		.mayOnlyAccessLayers("session", "root", "annotation", "access", "core", "security", "support", "protocol")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer()
		.ensureAllClassesAreContainedInArchitecture();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = SlicesRuleDefinition.slices()
		.matching(ROOT + ".(**)")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule protocolKnowsNoSpring = noClasses().that()
		.resideInAPackage(ROOT + ".protocol")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework..");

	@ArchTest
	static final ArchRule onlyAutoconfigureKnowsSpringBoot = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule onlyThreePackagesKnowSpringSecurity = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".access", ROOT + ".security", ROOT + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.security..");

	@ArchTest
	static final ArchRule onlyViewAndAutoconfigureKnowSpringMvc = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".view", ROOT + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.web.servlet..");

	@ArchTest
	static final ArchRule nothingFetchesUrls = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("java.net.http..", "org.springframework.web.client..", "org.springframework.http.client..")
		.orShould()
		.dependOnClassesThat()
		.areAssignableTo(URLConnection.class)
		.orShould()
		.dependOnClassesThat()
		.haveFullyQualifiedName(URL.class.getName())
		.because("a client could name one");

	@ArchTest
	static final ArchRule onlyViewAndAutoconfigureKnowThymeleaf = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".view", ROOT + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.thymeleaf..");

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.haveSimpleNameEndingWith("AutoConfiguration")
		.or()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.beAnnotatedWith(AutoConfiguration.class)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration")
		.andShould()
		.resideInAPackage(ROOT + ".autoconfigure");

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMethods = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicFields = fields().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePrivate();

	@ArchTest
	static final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	@ArchTest
	static final ArchRule nothingUsesJavaUtilLogging = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

	@ArchTest
	static final ArchRule nothingUsesStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static void autoConfigurationsAreFoundByBoot(JavaClasses classes) {
		List<String> found = ImportCandidates.load(AutoConfiguration.class, ArchitectureTests.class.getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith(ROOT))
			.toList();
		assertThat(found).containsExactlyInAnyOrderElementsOf(classes.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList());
	}

}
