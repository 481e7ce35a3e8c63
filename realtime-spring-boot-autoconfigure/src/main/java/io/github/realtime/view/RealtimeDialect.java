package io.github.realtime.view;

import java.util.Set;
import java.util.function.Supplier;

import io.github.realtime.PageCursor;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.RealtimeUnavailableException;
import io.github.realtime.protocol.PageKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.dialect.AbstractProcessorDialect;
import org.thymeleaf.engine.AttributeName;
import org.thymeleaf.exceptions.TemplateProcessingException;
import org.thymeleaf.model.IProcessableElementTag;
import org.thymeleaf.processor.IProcessor;
import org.thymeleaf.processor.element.AbstractAttributeTagProcessor;
import org.thymeleaf.processor.element.IElementTagStructureHandler;
import org.thymeleaf.standard.StandardDialect;
import org.thymeleaf.standard.expression.StandardExpressions;
import org.thymeleaf.templatemode.TemplateMode;

/**
 * Thymeleaf's {@code rt:channel} and {@code rt:state}, which become the cursor of a
 * channel. The element that has one is replaced.
 */
public final class RealtimeDialect extends AbstractProcessorDialect {

	private static final String PREFIX = "rt";

	/** After Thymeleaf's own conditions and loops, and before it removes a th:block. */
	private static final int PRECEDENCE = 1000;

	private static final Log logger = LogFactory.getLog(RealtimeDialect.class);

	private final Supplier<RealtimeTemplate> realtime;

	/**
	 * Creates the dialect.
	 * @param realtime reads states
	 */
	public RealtimeDialect(Supplier<RealtimeTemplate> realtime) {
		super("Realtime", PREFIX, StandardDialect.PROCESSOR_PRECEDENCE);
		this.realtime = realtime;
	}

	@Override
	public Set<IProcessor> getProcessors(String prefix) {
		return Set.of(new Processor(prefix, "channel"), new Processor(prefix, "state"));
	}

	private String html(String channel, boolean state, @Nullable PageCursor read) {
		PageCursor unknown = PageCursor.unknown(channel);
		// What could not be read before is not waited for again
		if (read != null && (read.hasState() || !state || read.position().equals(unknown.position()))) {
			return read.html();
		}
		if (state) {
			// Messages start where they were before the data was read
			return (read != null) ? read.html() + state(channel).html() : state(channel).html();
		}
		throw new TemplateProcessingException("By now it is too late to read the position of channel '" + channel
				+ "': the page's data is older. Annotate the controller's method with @CursorOf(\"" + channel
				+ "\"), or give rt:channel a cursor that was read before the data");
	}

	/**
	 * Position and values are read in one step, whenever that is.
	 */
	private PageCursor state(String channel) {
		try {
			return this.realtime.get().channel(channel).state().cursor();
		}
		catch (RealtimeUnavailableException ex) {
			logger.warn("A page is rendered without the state of channel '" + channel + "'", ex);
			return PageCursor.unknown(channel);
		}
	}

	private final class Processor extends AbstractAttributeTagProcessor {

		private final boolean state;

		private Processor(String prefix, String attribute) {
			super(TemplateMode.HTML, prefix, null, false, attribute, true, PRECEDENCE, true);
			this.state = attribute.equals("state");
		}

		@Override
		protected void doProcess(ITemplateContext context, IProcessableElementTag tag, AttributeName attribute,
				String expression, IElementTagStructureHandler structure) {
			Object value = StandardExpressions.getExpressionParser(context.getConfiguration())
				.parseExpression(context, expression)
				.execute(context);
			structure.replaceWith(html(value, context), false);
		}

		private String html(@Nullable Object value, ITemplateContext context) {
			if (value instanceof PageCursor cursor) {
				return cursor.html();
			}
			if (value == null) {
				throw new TemplateProcessingException("A channel's name or a cursor is expected, and this is null");
			}
			String name = value.toString();
			String channel = name.startsWith("/") ? PageKey.of(name) : name;
			PageCursors read = (PageCursors) context.getVariable(PageCursors.ATTRIBUTE);
			return RealtimeDialect.this.html(channel, this.state, (read != null) ? read.get(channel) : null);
		}

	}

}
