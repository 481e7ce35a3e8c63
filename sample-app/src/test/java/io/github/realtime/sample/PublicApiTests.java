package io.github.realtime.sample;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The sample uses what any application may use.
 */
@AnalyzeClasses(packages = "io.github.realtime.sample")
class PublicApiTests {

	@ArchTest
	static final ArchRule theSampleUsesNoInternalPackage = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.realtime.core..", "io.github.realtime.support..",
				"io.github.realtime.security..", "io.github.realtime.session..", "io.github.realtime.action..",
				"io.github.realtime.view..", "io.github.realtime.websocket..", "io.github.realtime.autoconfigure..",
				"io.github.realtime.broker..")
		.because("its package-info says that it is internal, or for those who write a broker");

}
