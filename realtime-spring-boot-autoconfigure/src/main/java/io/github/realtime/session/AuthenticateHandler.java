package io.github.realtime.session;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import io.github.realtime.access.ChannelAccess;
import io.github.realtime.access.ChannelPermission;
import io.github.realtime.access.RealtimeAuthentication;
import io.github.realtime.access.RealtimeAuthenticator;
import io.github.realtime.protocol.CloseCode;
import io.github.realtime.protocol.Command;
import io.github.realtime.protocol.ErrorCode;
import io.github.realtime.protocol.Frame;
import io.github.realtime.security.ClientSecurity;
import io.github.realtime.support.ThrottledLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates clients by their tokens. It waits for the authenticator, since the
 * commands behind the token are carried out as that user.
 */
public final class AuthenticateHandler implements CommandHandler<Command.Authenticate>, AutoCloseable {

	private final ThrottledLog logger;

	private final LongSupplier nanoTime;

	private final HubClients clients;

	private final HubSubscriptions subscriptions;

	private final Duration timeout;

	private final ChannelAccess access;

	private final ClientSecurity security;

	private final PresencePolicy presence;

	private final TimedAuthenticator authenticator;

	/**
	 * Creates a handler.
	 * @param hub where the clients are
	 * @param authenticator knows tokens
	 * @param access decides again about the subscriptions of a client that authenticates
	 * @param security knows which exceptions are refusals
	 * @param presence decides again who sees whom
	 */
	public AuthenticateHandler(Hub hub, RealtimeAuthenticator authenticator, ChannelAccess access,
			ClientSecurity security, PresencePolicy presence) {
		this.nanoTime = hub::now;
		this.logger = new ThrottledLog(LogFactory.getLog(AuthenticateHandler.class), this.nanoTime);
		this.clients = hub.clients();
		this.subscriptions = hub.subscriptions();
		this.timeout = hub.authentication().timeout();
		this.access = access;
		this.security = security;
		this.presence = presence;
		this.authenticator = new TimedAuthenticator(authenticator, this.timeout);
	}

	@Override
	public Class<Command.Authenticate> commandType() {
		return Command.Authenticate.class;
	}

	@Override
	public void handle(Client client, Command.Authenticate command) {
		if (!client.identity().attempts().isDue(this.nanoTime.getAsLong())) {
			reply(client, command, ErrorCode.RATE_LIMITED, "The last token was not accepted, try again later");
			return;
		}
		client.identity().checking(true);
		try {
			RealtimeAuthentication authentication = check(command.token());
			Principal current = client.principal();
			if (authentication == null) {
				refuse(client, command);
			}
			else if (current != null && !current.getName().equals(authentication.principal().getName())) {
				reply(client, command, ErrorCode.FORBIDDEN, "This socket is another user's");
			}
			else {
				// Earlier commands are answered to the user who sent them
				client.order().await(this.timeout);
				// One that left meanwhile must not take over the socket it came back with
				if (!client.isGone()) {
					accept(client, command, authentication);
				}
			}
		}
		catch (TimeoutException ex) {
			this.logger.error("Authenticating a client took longer than realtime.authentication.timeout", null);
			giveUp(client, command, ErrorCode.TIMEOUT);
		}
		catch (ExecutionException ex) {
			this.logger.error("Authenticating a client failed", ex.getCause());
			giveUp(client, command, ErrorCode.UNAVAILABLE);
		}
		catch (RejectedExecutionException ex) {
			this.logger.error("Too many clients wait for the authenticator", null);
			giveUp(client, command, ErrorCode.UNAVAILABLE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			giveUp(client, command, ErrorCode.UNAVAILABLE);
		}
		finally {
			client.identity().checking(false);
		}
	}

	private @Nullable RealtimeAuthentication check(String token)
			throws ExecutionException, TimeoutException, InterruptedException {
		try {
			RealtimeAuthentication authentication = this.authenticator.authenticate(token);
			Instant end = (authentication != null) ? authentication.expiresAt() : null;
			return (end == null || Instant.now().isBefore(end)) ? authentication : null;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() != null && this.security.isRefusal(ex.getCause())) {
				return null;
			}
			throw ex;
		}
	}

	private void accept(Client client, Command.Authenticate command, RealtimeAuthentication authentication) {
		ClientSnapshot before = ClientSnapshot.of(client);
		client.identity().authenticate(authentication);
		client.identity().attempts().accepted();
		this.clients.identified(client);
		if (client.isIntroduced() && !this.clients.admits(client)) {
			return;
		}
		String id = client.identity().clientId();
		if (!id.equals(before.id())) {
			this.clients.resume(client, id);
			client.lifecycle().renamed(before);
		}
		client.reply(new Frame.Authenticated(command.id(), client.name(), id, client.identity().expiresIn()));
		for (Subscription subscription : client.subscriptions()) {
			if (!this.access.isAllowed(client, subscription.channel(), ChannelPermission.SUBSCRIBE)) {
				this.subscriptions.withdraw(client, subscription.channel());
			}
			else {
				this.subscriptions.changeMember(subscription, this.presence.member(client, subscription.channel()));
			}
		}
	}

	/**
	 * Closes the client, which then comes back: the commands behind its token must not be
	 * carried out as an anonymous client's.
	 */
	private static void giveUp(Client client, Command.Authenticate command, ErrorCode code) {
		reply(client, command, code, "The token can't be checked now, try again");
		client.disconnect(CloseCode.AUTHENTICATION_UNAVAILABLE);
	}

	private void refuse(Client client, Command.Authenticate command) {
		reply(client, command, ErrorCode.UNAUTHENTICATED, "The token is not accepted");
		if (client.identity().attempts().refused(this.nanoTime.getAsLong())) {
			client.disconnect(CloseCode.UNAUTHENTICATED);
		}
	}

	private static void reply(Client client, Command.Authenticate command, ErrorCode code, String message) {
		client.reply(new Frame.Error(command.id(), code, message));
	}

	@Override
	public void close() {
		this.authenticator.close();
	}

}
