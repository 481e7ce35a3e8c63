package io.github.realtime.view;

import java.util.List;
import java.util.Map;

import io.github.realtime.RealtimeException;
import io.github.realtime.RefusedException;
import io.github.realtime.security.ClientSecurity;
import org.junit.jupiter.api.Test;

import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.View;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MvcViewRenderer}.
 */
class MvcViewRendererTests {

	@Test
	void renderWhenTheViewRefusesThrowsThat() {
		RefusedException refusal = new RefusedException("sold-out", "There is none left");
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> render(refusal)).isSameAs(refusal);
	}

	@Test
	void renderWhenTheViewFailsSaysWhich() {
		assertThatExceptionOfType(RealtimeException.class).isThrownBy(() -> render(new IllegalStateException("no")))
			.withMessage("Rendering 'note :: body' failed: no");
	}

	private static void render(RuntimeException failure) {
		View view = (model, request, response) -> {
			throw failure;
		};
		new MvcViewRenderer(() -> List.of((name, locale) -> view), new GenericWebApplicationContext(),
				ClientSecurity.none())
			.render("note :: body", Map.of());
	}

}
