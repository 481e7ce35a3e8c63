package io.github.realtime.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The keys that a client named, resolved by the application.
 *
 * @param names for each key that the client named the key that it stands for, or
 * {@code null} if the client may not use it; {@code null} if keys stand for themselves
 */
record ResolvedKeys(@Nullable Map<String, @Nullable String> names) {

	/** Keys stand for themselves. */
	static final ResolvedKeys PLAIN = new ResolvedKeys(null);

	/** The client has to name keys, and has named none. */
	static final ResolvedKeys NONE = new ResolvedKeys(Map.of());

	/**
	 * Returns the keys of the values that a client may read.
	 * @param asked the keys that the client named
	 * @return the keys that they stand for
	 */
	Collection<String> allowed(List<String> asked) {
		return (this.names != null) ? this.names.values().stream().filter(Objects::nonNull).toList() : asked;
	}

}
