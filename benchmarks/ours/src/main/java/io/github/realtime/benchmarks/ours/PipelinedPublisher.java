package io.github.realtime.benchmarks.ours;

import java.util.concurrent.Semaphore;

import io.github.realtime.RealtimeTemplate;
import io.github.realtime.benchmarks.control.Publisher;

/**
 * Sends without waiting for each, as an application would that has many to send. What is
 * on its way is bounded, since it has two seconds to get there.
 */
class PipelinedPublisher implements Publisher {

	private static final int IN_FLIGHT = 1000;

	private final Semaphore room = new Semaphore(IN_FLIGHT);

	private final RealtimeTemplate realtime;

	PipelinedPublisher(RealtimeTemplate realtime) {
		this.realtime = realtime;
	}

	@Override
	public void publish(int channel, String text) {
		this.room.acquireUninterruptibly();
		this.realtime.sendAsync(Publisher.name(channel), new News(text)).whenComplete((position, failure) -> {
			this.room.release();
			if (failure != null) {
				// The generator will miss it
				failure.printStackTrace();
			}
		});
	}

	@Override
	public void change(int channel, String key, String text) {
		this.realtime.channel(Publisher.name(channel)).state().set(key, new News(text));
	}

	@Override
	public void await() {
		this.room.acquireUninterruptibly(IN_FLIGHT);
		this.room.release(IN_FLIGHT);
	}

}
