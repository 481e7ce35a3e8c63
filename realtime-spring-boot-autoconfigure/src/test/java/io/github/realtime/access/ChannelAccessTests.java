package io.github.realtime.access;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelAccess}.
 */
class ChannelAccessTests {

	@ParameterizedTest
	@EnumSource
	void subscribeOnlyAllowsNothingElse(ChannelPermission permission) {
		assertThat(ChannelAccess.subscribeOnly().isAllowed(null, "post_1", permission))
			.isEqualTo(permission.name().equals("SUBSCRIBE"));
	}

}
