package io.github.realtime.sample;

/**
 * A note that everybody may write on.
 *
 * @param edits how often it was saved
 */
record Note(String text, int edits) {

	static final int MAX_LENGTH = 500;

	static final Note FIRST = new Note("Milk, bread, and something that nobody expects.", 0);

	Note with(String text) {
		return new Note(text, this.edits + 1);
	}

}
