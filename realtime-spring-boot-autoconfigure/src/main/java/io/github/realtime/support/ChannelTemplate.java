package io.github.realtime.support;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.realtime.InvalidChannelException;
import io.github.realtime.annotation.RendersView;
import io.github.realtime.protocol.PageKey;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * The name of a channel, or the key of a view, in which <code>{name}</code> stands for a
 * value.
 */
public final class ChannelTemplate {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final SimpleEvaluationContext CONTEXT = SimpleEvaluationContext.forReadOnlyDataBinding().build();

	private final String text;

	private final Expression expression;

	private ChannelTemplate(String text, Expression expression) {
		this.text = text;
		this.expression = expression;
	}

	/**
	 * Reads a template.
	 * @param text such as <code>post_{postId}</code>
	 * @return the template
	 * @throws IllegalArgumentException if it is none
	 */
	public static ChannelTemplate of(String text) {
		try {
			return new ChannelTemplate(text, PARSER.parseExpression(text, new TemplateParserContext("{", "}")));
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/**
	 * Reads the keys of an annotation.
	 * @param renders the annotation, if there is one
	 * @param method the method that it is on
	 * @return the templates
	 * @throws InvalidDeclarationException if one is none; says where it is
	 */
	public static List<ChannelTemplate> of(@Nullable RendersView renders, Method method) {
		return Stream.of((renders != null) ? renders.value() : new String[0]).map((text) -> {
			try {
				ChannelTemplate template = of(text);
				InvalidChannelException.requireValid(PageKey.of(template.example()));
				return template;
			}
			catch (IllegalArgumentException | InvalidChannelException ex) {
				throw new InvalidDeclarationException(
						"@RendersView(\"" + text + "\") on " + method.toGenericString() + " names no view: "
								+ ex.getMessage(),
						"Name a view by its path, such as \"/post/{id}\", or by a channel name.");
			}
		}).toList();
	}

	/**
	 * Returns what has to be known by its name, or as a property, to fill the template.
	 * @return the names, each up to its first dot
	 */
	public List<String> names() {
		return Stream.of(parts())
			.filter((part) -> !(part instanceof LiteralExpression))
			.map((part) -> root(part.getExpressionString()))
			.toList();
	}

	/**
	 * Makes a name of the template, to see whether what stands in it for good is valid.
	 * @return the text with a letter for each value
	 */
	public String example() {
		return Stream.of(parts())
			.map((part) -> (part instanceof LiteralExpression literal) ? literal.getExpressionString() : "x")
			.collect(Collectors.joining());
	}

	private Expression[] parts() {
		return (this.expression instanceof CompositeStringExpression parts) ? parts.getExpressions()
				: new Expression[] { this.expression };
	}

	private static String root(String path) {
		int dot = path.indexOf('.');
		return (dot < 0) ? path : path.substring(0, dot);
	}

	/**
	 * Fills the template with properties of an object.
	 * @param object the object
	 * @return the name
	 * @throws IllegalArgumentException if it lacks one
	 */
	public String fill(Object object) {
		return fill((name) -> null, object, UnaryOperator.identity());
	}

	/**
	 * Fills the template.
	 * @param values knows values by their names
	 * @param rest has the others as properties
	 * @param encoding what becomes of each of them
	 * @return the name
	 * @throws IllegalArgumentException if there is no such value
	 */
	public String fill(Function<String, @Nullable Object> values, @Nullable Object rest,
			UnaryOperator<String> encoding) {
		StringBuilder name = new StringBuilder();
		for (Expression part : parts()) {
			if (part instanceof LiteralExpression literal) {
				name.append(literal.getExpressionString());
			}
			else {
				name.append(encoding.apply(value(part, values, rest)));
			}
		}
		return name.toString();
	}

	private String value(Expression part, Function<String, @Nullable Object> values, @Nullable Object rest) {
		String path = part.getExpressionString();
		int dot = path.indexOf('.');
		Object named = values.apply(root(path));
		Object value = (named == null) ? property(part, rest)
				: (dot < 0) ? named : property(PARSER.parseExpression(path.substring(dot + 1)), named);
		if (value == null) {
			// Without this, what belongs to "post_42" would go to "post_"
			throw new IllegalArgumentException("'" + path + "' is null");
		}
		return value.toString();
	}

	private static @Nullable Object property(Expression path, @Nullable Object object) {
		if (object instanceof Map<?, ?> map) {
			return map.get(path.getExpressionString());
		}
		try {
			return path.getValue(CONTEXT, object);
		}
		catch (EvaluationException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	@Override
	public String toString() {
		return this.text;
	}

}
