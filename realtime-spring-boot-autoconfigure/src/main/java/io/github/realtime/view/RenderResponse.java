package io.github.realtime.view;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a view writes.
 */
final class RenderResponse extends HttpServletResponseWrapper {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final StringWriter text = new StringWriter();

	private final PrintWriter writer = new PrintWriter(this.text);

	private @Nullable String contentType;

	RenderResponse() {
		super(NullObject.of(HttpServletResponse.class));
	}

	String text() {
		this.writer.flush();
		return (this.bytes.size() > 0) ? this.bytes.toString(StandardCharsets.UTF_8) : this.text.toString();
	}

	@Override
	public PrintWriter getWriter() {
		return this.writer;
	}

	@Override
	public ServletOutputStream getOutputStream() {
		return new ServletOutputStream() {

			@Override
			public boolean isReady() {
				return true;
			}

			@Override
			public void setWriteListener(WriteListener listener) {
				throw new UnsupportedOperationException("A view writes at once");
			}

			@Override
			public void write(int b) {
				RenderResponse.this.bytes.write(b);
			}

		};
	}

	@Override
	public String getCharacterEncoding() {
		return StandardCharsets.UTF_8.name();
	}

	@Override
	public @Nullable String getContentType() {
		return this.contentType;
	}

	@Override
	public void setContentType(@Nullable String contentType) {
		this.contentType = contentType;
	}

	@Override
	public int getStatus() {
		return SC_OK;
	}

	@Override
	public String encodeURL(String url) {
		return url;
	}

	@Override
	public String encodeRedirectURL(String url) {
		return url;
	}

}
