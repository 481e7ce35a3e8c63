package io.github.realtime.sample;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Repository;

/**
 * Keeps the baskets in memory: a restart empties them.
 */
@Repository
@Profile("!redis")
class MemoryBaskets implements Baskets {

	private final Map<String, Integer> apples = new ConcurrentHashMap<>();

	@Override
	public int add(String owner) {
		return this.apples.merge(owner, 1, Integer::sum);
	}

	@Override
	public List<Basket> fullest(int count) {
		return this.apples.entrySet()
			.stream()
			.map((entry) -> new Basket(entry.getKey(), entry.getValue()))
			.sorted(Comparator.comparing(Basket::apples).thenComparing(Basket::owner).reversed())
			.limit(count)
			.toList();
	}

}
