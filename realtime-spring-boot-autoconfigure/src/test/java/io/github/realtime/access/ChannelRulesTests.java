package io.github.realtime.access;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.realtime.RealtimeClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.realtime.access.ChannelRule.authenticated;
import static io.github.realtime.access.ChannelRule.denyAll;
import static io.github.realtime.access.ChannelRule.hasAuthority;
import static io.github.realtime.access.ChannelRule.hasRole;
import static io.github.realtime.access.ChannelRule.permitAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ChannelRules} and {@link ChannelRule}.
 */
class ChannelRulesTests {

	private static final TestClient ADA = TestClient.named("ada");

	private static final TestClient MEMBER = TestClient.named("mem", "MEMBER");

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "wallet_ada|SUBSCRIBE|-|SUBSCRIBE", "wallet_mem|-|SUBSCRIBE|SUBSCRIBE", "wallet_|-|-|-",
					"Wallet_ada|-|-|-", "wallet_ada_|-|-|-", "wallet_ADA|-|-|-", "my_wallet_ada|-|-|-",
					"wallet_ada/x|-|-|-", "chat_1|SUBSCRIBE|PUBLISH SUBSCRIBE|-",
					"board_1|SUBSCRIBE WRITE|SUBSCRIBE WRITE|SUBSCRIBE", "other|-|-|-" })
	void exampleOfTheDocumentationDecides(String channel, String ada, String member, String anonymous) {
		ChannelAccess access = ChannelAccess.rules()
			.match("wallet_{userId}")
			.subscribe((who, wallet) -> who.name().equals(wallet.variable("userId")))
			.match("chat_*")
			.subscribe(authenticated())
			.publish(hasRole("MEMBER"))
			.match("board_*")
			.write(authenticated())
			.anyOther()
			.denyAll()
			.build();
		assertThat(permissions(access, ADA, channel)).isEqualTo(ada);
		assertThat(permissions(access, MEMBER, channel)).isEqualTo(member);
		if (!channel.startsWith("wallet")) {
			assertThat(permissions(access, TestClient.ANONYMOUS, channel)).isEqualTo(anonymous);
		}
		else {
			assertThat(permissions(access, TestClient.ANONYMOUS, channel)).isNull();
		}
	}

	private static String permissions(ChannelAccess access, RealtimeClient client, String name) {
		Set<String> allowed = new TreeSet<>();
		Stream.of(ChannelPermission.values())
			.filter((permission) -> access.isAllowed(client, name, permission))
			.forEach((permission) -> allowed.add(permission.name()));
		return allowed.isEmpty() ? null : String.join(" ", allowed);
	}

	@Test
	void ruleWhenItLeavesSomethingOutThenThatIsDeniedExceptSubscribing() {
		ChannelAccess access = ChannelAccess.rules().match("a").publish(permitAll()).build();
		assertThat(permissions(access, ADA, "a")).isEqualTo("PUBLISH SUBSCRIBE");
		access = ChannelAccess.rules().match("a").subscribe(denyAll()).presence(permitAll()).build();
		assertThat(permissions(access, ADA, "a")).isEqualTo("PRESENCE");
	}

	@Test
	void rulesWhenNoneMatchesThenEverythingIsDenied() {
		ChannelAccess access = ChannelAccess.rules().match("a").permitAll().build();
		assertThat(permissions(access, ADA, "a")).isEqualTo("PRESENCE PUBLISH SUBSCRIBE WRITE");
		assertThat(permissions(access, ADA, "b")).isNull();
		assertThat(permissions(ChannelAccess.rules().build(), ADA, "a")).isNull();
	}

	@Test
	void rulesWhenSeveralMatchThenTheFirstDecidesAlone() {
		ChannelAccess access = ChannelAccess.rules()
			.match("chat_private")
			.denyAll()
			.match("chat_{room}")
			.publish(permitAll())
			.match("chat_*")
			.permitAll()
			.build();
		assertThat(permissions(access, ADA, "chat_private")).isNull();
		assertThat(permissions(access, ADA, "chat_1")).isEqualTo("PUBLISH SUBSCRIBE");
		assertThat(permissions(access, ADA, "chat_")).isEqualTo("PRESENCE PUBLISH SUBSCRIBE WRITE");
	}

	@Test
	void actionsAreNoChannels() {
		ChannelAccess access = ChannelAccess.rules()
			.match("note.*")
			.permitAll()
			.action("note.edit")
			.call(hasRole("MEMBER"))
			.action("note.{what}")
			.call((who, action) -> action.variable("what").equals("read"))
			.action("open")
			.permitAll()
			.action("closed")
			.denyAll()
			.build();
		assertThat(permissions(access, ADA, "note.edit")).doesNotContain("CALL");
		assertThat(permissions(access, MEMBER, "note.edit")).contains("CALL");
		assertThat(permissions(access, ADA, "note.read")).contains("CALL");
		assertThat(permissions(access, MEMBER, "note.delete")).doesNotContain("CALL");
		assertThat(permissions(access, ADA, "open")).isEqualTo("CALL");
		assertThat(permissions(access, ADA, "closed")).isNull();
		assertThat(permissions(access, ADA, "unknown")).isNull();
	}

	@Test
	void anyOtherIsForChannelsAndActions() {
		ChannelAccess access = ChannelAccess.rules()
			.match("a")
			.denyAll()
			.action("a")
			.denyAll()
			.anyOther()
			.subscribe(authenticated())
			.call(authenticated())
			.build();
		assertThat(permissions(access, ADA, "a")).isNull();
		assertThat(permissions(access, ADA, "b")).isEqualTo("CALL SUBSCRIBE");
		assertThat(permissions(access, TestClient.ANONYMOUS, "b")).isNull();
		access = ChannelAccess.rules().anyOther().permitAll().build();
		assertThat(permissions(access, TestClient.ANONYMOUS, "b")).isEqualTo("CALL PRESENCE PUBLISH SUBSCRIBE WRITE");
	}

	@ParameterizedTest
	@EnumSource
	void decidesIsTrueWhereARuleSaysSomething(ChannelPermission permission) {
		ChannelAccess access = ChannelAccess.rules().match("a").publish(denyAll()).match("b").denyAll().build();
		assertThat(access.decides("a", permission)).isEqualTo(permission == ChannelPermission.PUBLISH);
		assertThat(access.decides("b", permission)).isEqualTo(permission != ChannelPermission.CALL);
		assertThat(access.decides("c", permission)).isFalse();
		assertThat(ChannelAccess.rules().anyOther().denyAll().build().decides("c", permission)).isTrue();
	}

	@Test
	void ruleGetsWhoAsksAndForWhat() {
		ChannelAccess access = ChannelAccess.rules().match("{a}/{b}").publish((who, channel) -> {
			assertThat(who).isSameAs(ADA);
			assertThat(channel.name()).isEqualTo("x/y");
			assertThat(channel.permission()).isEqualTo(ChannelPermission.PUBLISH);
			assertThat(channel.variable("a") + channel.variable("b")).isEqualTo("xy");
			assertThatIllegalArgumentException().isThrownBy(() -> channel.variable("c"))
				.withMessage("the pattern that matched 'x/y' has no {c}");
			return true;
		}).build();
		assertThat(access.isAllowed(ADA, "x/y", ChannelPermission.PUBLISH)).isTrue();
	}

	@Test
	void rolesAndAuthoritiesAreThoseGranted() {
		RequestedChannel channel = new RequestedChannel("a", ChannelPermission.PUBLISH, java.util.Map.of());
		TestClient client = TestClient
			.of(RealtimeAuthentication.of("ada").withRoles("MEMBER", "MEMBER").withAuthorities("SCOPE_chat"));
		assertThat(hasRole("MEMBER").allows(client, channel)).isTrue();
		assertThat(hasRole("member").allows(client, channel)).isFalse();
		assertThat(hasRole("MEMBER").allows(TestClient.ANONYMOUS, channel)).isFalse();
		assertThat(hasAuthority("SCOPE_chat").allows(client, channel)).isTrue();
		assertThat(hasAuthority("MEMBER").allows(client, channel)).isFalse();
		assertThat(authenticated().allows(client, channel)).isTrue();
		assertThat(authenticated().allows(TestClient.ANONYMOUS, channel)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> hasRole("ROLE_MEMBER"))
			.withMessageContaining("must not begin with ROLE_");
	}

	@ParameterizedTest
	@ValueSource(strings = { "chat_**", "", "chat {id}", "{a}{a}" })
	void matchWhenPatternIsWrongThenSaysSo(String pattern) {
		assertThatIllegalArgumentException().isThrownBy(() -> ChannelAccess.rules().match(pattern))
			.withMessageStartingWith("'" + pattern + "' is not a pattern: ");
		assertThatIllegalArgumentException().isThrownBy(() -> ChannelAccess.rules().action(pattern))
			.withMessageStartingWith("'" + pattern + "' is not a pattern: ");
	}

	@Test
	void buildWhenARuleMakesNoSenseThenSaysSo() {
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().match("a").build())
			.withMessage("The rule for 'a' says nothing: write what it permits, or denyAll()");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().match("a").match("b"))
			.withMessage("The rule for 'a' says nothing: write what it permits, or denyAll()");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().anyOther().build())
			.withMessageStartingWith("The rule for any other says nothing");
		assertThatIllegalStateException()
			.isThrownBy(() -> ChannelAccess.rules().match("a").publish(denyAll()).denyAll())
			.withMessage("The rule for 'a' says twice who may PUBLISH");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().match("a").denyAll().match("a"))
			.withMessage("There are two rules for 'a', of which the first would always win");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().anyOther().denyAll().match("a"))
			.withMessage("No rule can follow the one for any other");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().subscribe(permitAll()))
			.withMessage("Begin with match(…), action(…) or anyOther()");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().match("a").call(permitAll()))
			.withMessageContaining("call(…) belongs to action(…)");
		assertThatIllegalStateException().isThrownBy(() -> ChannelAccess.rules().action("a").publish(permitAll()))
			.withMessageContaining("call(…) belongs to action(…)");
	}

}
