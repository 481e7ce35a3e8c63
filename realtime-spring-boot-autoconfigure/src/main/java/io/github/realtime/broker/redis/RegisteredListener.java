package io.github.realtime.broker.redis;

import io.github.realtime.Position;
import io.github.realtime.Publication;
import io.github.realtime.broker.BrokerListener;
import io.github.realtime.broker.InstanceMessage;
import io.github.realtime.broker.PresenceChange;

/**
 * Passes everything to the listener of the instance, which is registered after the parts
 * of the broker were made. What comes before that is ignored.
 */
final class RegisteredListener implements BrokerListener {

	private volatile BrokerListener listener = (publication) -> {
	};

	void register(BrokerListener listener) {
		this.listener = listener;
	}

	@Override
	public void onPublication(Publication publication) {
		this.listener.onPublication(publication);
	}

	@Override
	public void onGap(String channel, Position top) {
		this.listener.onGap(channel, top);
	}

	@Override
	public void onPresence(PresenceChange change) {
		this.listener.onPresence(change);
	}

	@Override
	public void onOccupied(String channel) {
		this.listener.onOccupied(channel);
	}

	@Override
	public void onVacated(String channel) {
		this.listener.onVacated(channel);
	}

	@Override
	public void onInstanceMessage(InstanceMessage message) {
		this.listener.onInstanceMessage(message);
	}

}
