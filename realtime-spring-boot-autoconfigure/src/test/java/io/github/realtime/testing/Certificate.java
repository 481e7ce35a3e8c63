package io.github.realtime.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate for the loopback interface, with its key.
 *
 * @param certificate the file with the certificate, as PEM
 * @param key the file with the key, as PEM
 */
public record Certificate(Path certificate, Path key) {

	private static final char[] PASSWORD = "password".toCharArray();

	/**
	 * Makes one.
	 */
	public static Certificate create() {
		Path directory = Leftovers.newDirectory("certificate-");
		Path store = directory.resolve("store.p12");
		try {
			generate(store);
			KeyStore keys = KeyStore.getInstance("PKCS12");
			try (InputStream in = Files.newInputStream(store)) {
				keys.load(in, PASSWORD);
			}
			return new Certificate(
					write(directory.resolve("certificate.pem"), "CERTIFICATE",
							keys.getCertificate("redis").getEncoded()),
					write(directory.resolve("key.pem"), "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void generate(Path store) throws IOException {
		Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "redis", "-keyalg", "RSA",
				"-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore",
				store.toString(), "-storepass", new String(PASSWORD))
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.onExit().join().exitValue() != 0) {
			throw new IllegalStateException(output);
		}
	}

	private static Path write(Path file, String kind, byte[] content) throws IOException {
		return Files.writeString(file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind,
				Base64.getMimeEncoder().encodeToString(content), kind));
	}

}
