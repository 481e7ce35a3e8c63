package app;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The README shows nothing that an application should not use.
 */
@AnalyzeClasses(packages = "app")
class PublicApiTests {

	@ArchTest
	static final ArchRule theApplicationUsesNoInternalPackage = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.realtime.core..", "io.github.realtime.support..",
				"io.github.realtime.security..", "io.github.realtime.session..", "io.github.realtime.action..",
				"io.github.realtime.view..", "io.github.realtime.websocket..", "io.github.realtime.autoconfigure..",
				"io.github.realtime.broker..");

}
