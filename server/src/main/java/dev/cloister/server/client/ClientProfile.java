package dev.cloister.server.client;

import dev.cloister.api.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client needs to call the endpoint. In the data folder it is a file of {@code NAME=value}
 * lines, which {@code cloister env} prints as {@code export} lines.
 *
 * @param endpoint the plain one on loopback
 */
public record ClientProfile(
        String endpoint,
        String region,
        String account,
        String accessKeyId,
        SecretText secretAccessKey) {

    /** Reads what {@link #fileText} wrote; empty if the file isn't there. */
    public static Optional<ClientProfile> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return Optional.of(
                new ClientProfile(
                        required(values, "AWS_ENDPOINT_URL", file),
                        required(values, "AWS_DEFAULT_REGION", file),
                        required(values, "CLOISTER_ACCOUNT_ID", file),
                        required(values, "AWS_ACCESS_KEY_ID", file),
                        new SecretText(required(values, "AWS_SECRET_ACCESS_KEY", file))));
    }

    /** The file's content, secret included. */
    public String fileText() {
        StringBuilder text = new StringBuilder();
        text.append("AWS_ENDPOINT_URL=").append(endpoint).append('\n');
        text.append("AWS_ACCESS_KEY_ID=").append(accessKeyId).append('\n');
        text.append("AWS_SECRET_ACCESS_KEY=").append(secretAccessKey.reveal()).append('\n');
        text.append("AWS_DEFAULT_REGION=").append(region).append('\n');
        text.append("CLOISTER_ACCOUNT_ID=").append(account).append('\n');
        return text.toString();
    }

    private static String required(Map<String, String> values, String name, Path file)
            throws IOException {
        String value = values.get(name);
        if (value == null) {
            throw new IOException(file + " has no " + name + "; it is written by 'cloister up'");
        }
        return value;
    }
}
