package io.github.realtime.websocket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelRule;
import io.github.realtime.annotation.RealtimeAction;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static io.github.realtime.access.ChannelRule.denyAll;
import static io.github.realtime.access.ChannelRule.hasRole;
import static io.github.realtime.access.ChannelRule.permitAll;

/**
 * Rules that permit, deny, throw and are silent, by the channel's or the action's name.
 */
@Configuration(proxyBeanMethods = false)
@Import({ Users.class, AccessRules.Actions.class })
class AccessRules {

	static RealtimeServer server() {
		return new RealtimeServer().with(AccessRules.class)
			.with("realtime.channels[0].pattern=configured_*", "realtime.channels[0].client-publish=true",
					"realtime.channels[1].pattern=*", "realtime.channels[1].client-publish=false",
					"realtime.limits.message-size=2KB");
	}

	final Set<String> members = ConcurrentHashMap.newKeySet();

	@Bean
	ChannelAccess channelAccess() {
		ChannelRule ownOrAdmin = (who, channel) -> who.name().equals(channel.variable("user"))
				|| who.authorities().contains("ROLE_ADMIN");
		ChannelRule broken = (who, channel) -> {
			throw new IllegalStateException("A rule that throws");
		};
		return ChannelAccess.rules()
			.match("permits_{user}")
			.subscribe(ownOrAdmin)
			.publish(ownOrAdmin)
			.write(ownOrAdmin)
			.presence(ownOrAdmin)
			.match("denies_*")
			.denyAll()
			.match("throws_*")
			.subscribe(broken)
			.publish(broken)
			.write(broken)
			.presence(broken)
			.match("silent_*")
			.presence(permitAll())
			.match("secret_*")
			.subscribe(hasRole("MEMBER"))
			.presence(hasRole("MEMBER"))
			.publish(denyAll())
			.action("secret_*")
			.call(hasRole("MEMBER"))
			.action("permits_{user}")
			.call(ownOrAdmin)
			.action("denies_*")
			.call(denyAll())
			.action("throws_*")
			.call(broken)
			.match("club")
			.subscribe((who, channel) -> this.members.contains(who.name()))
			.publish((who, channel) -> this.members.contains(who.name()))
			.match("lounge")
			.publish(hasRole("MEMBER"))
			.match("configured_{what}")
			.subscribe(permitAll())
			.build();
	}

	static class Actions {

		@RealtimeAction("secret_1")
		String secret() {
			return "classified";
		}

		@RealtimeAction("permits_ada")
		void permitted() {
		}

		@RealtimeAction("denies_ada")
		void denied() {
		}

		@RealtimeAction("throws_ada")
		void undecided() {
		}

		@RealtimeAction("silent_ada")
		void undeclared() {
		}

	}

}
