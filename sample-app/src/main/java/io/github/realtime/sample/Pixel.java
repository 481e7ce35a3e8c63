package io.github.realtime.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

/**
 * A painted pixel. Every page gets thousands, so the names are short.
 *
 * @param c its colour, a place in the palette
 * @param by who painted it, as the page said
 * @param id the client that did, as the server knows it; absent once that was undone
 * @param was what it was before; absent if nobody had painted it
 */
@JsonInclude(Include.NON_NULL)
record Pixel(int c, String by, @Nullable String id, @Nullable Pixel was) {

	/**
	 * Returns this as what another was: nobody can undo more than the last stroke.
	 */
	Pixel asBefore() {
		return new Pixel(this.c, this.by, null, null);
	}

}
