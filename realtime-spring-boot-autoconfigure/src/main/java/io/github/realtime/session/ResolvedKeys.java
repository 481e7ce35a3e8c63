package io.github.realtime.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What keys mean for a client.
 *
 * @param names by each key that the client asked for the one that it means, {@code null}
 * if the client may not use it; {@code null} where keys mean what they are
 */
record ResolvedKeys(@Nullable Map<String, @Nullable String> names) {

	/** Keys mean what they are. */
	static final ResolvedKeys PLAIN = new ResolvedKeys(null);

	/** The client has to ask, and has not. */
	static final ResolvedKeys NONE = new ResolvedKeys(Map.of());

	/**
	 * Returns the keys of the values that a client may read.
	 * @param asked as the client named them
	 * @return the keys that they mean
	 */
	Collection<String> allowed(List<String> asked) {
		return (this.names != null) ? this.names.values().stream().filter(Objects::nonNull).toList() : asked;
	}

}
