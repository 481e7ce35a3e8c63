package io.github.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One client on a channel, as others see it.
 *
 * @param clientId the client's id
 * @param user the name of its user, or {@code null} if it is anonymous
 * @param info what the application's {@link PresenceInfo} says of it, or {@code null} if
 * that is nothing
 * @since 0.1.0
 */
public record Member(String clientId, @Nullable String user, @Nullable JsonNode info) {

}
