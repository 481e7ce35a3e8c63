package io.github.realtime.support;

/**
 * Thrown at start-up when the application has declared something that can't work, such as
 * an annotation on a method that it does not fit.
 */
public final class InvalidDeclarationException extends IllegalStateException {

	private final String action;

	/**
	 * Creates an exception.
	 * @param fault what is wrong, and where
	 * @param action what the developer can do
	 */
	public InvalidDeclarationException(String fault, String action) {
		super(fault);
		this.action = action;
	}

	/**
	 * Returns what the developer can do.
	 * @return one or more sentences
	 */
	public String getAction() {
		return this.action;
	}

}
