package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A key of a transit service in HashiCorp Vault's protocol (Vault HTTP API, "Transit secrets
 * engine"): {@code POST /v1/MOUNT/encrypt/KEY} and its like, with a token read from a file at each
 * use, so that a token may be replaced while the server runs.
 */
final class TransitSeal implements RootKeySeal {
    private final ExternalHttp http;
    private final SealDescription description;
    private final String mount;
    private final String key;

    private TransitSeal(ExternalHttp http, SealDescription description, String mount, String key) {
        this.http = http;
        this.description = description;
        this.mount = mount;
        this.key = key;
    }

    static TransitSeal of(SealDescription description) {
        String mount = description.optional("mount").orElse("transit");
        String key = description.required("key");
        if (!mount.matches("[A-Za-z0-9_/-]{1,128}") || !key.matches("[A-Za-z0-9_.-]{1,128}")) {
            throw description.wrong("key", "and mount are names of letters, digits, _ and -");
        }
        return new TransitSeal(
                new ExternalHttp(
                        description,
                        URI.create(description.required("address")),
                        description.path("ca-file")),
                description,
                mount,
                key);
    }

    @Override
    public byte[] seal(byte[] rootKey, String id) {
        String plaintext = Base64.getEncoder().encodeToString(rootKey);
        return ciphertext(call("encrypt", Map.of("plaintext", plaintext)));
    }

    @Override
    public byte[] open(byte[] sealed, String id) {
        JsonNode data = call("decrypt", Map.of("ciphertext", text(sealed)));
        try {
            return Base64.getDecoder().decode(data.path("plaintext").asString(""));
        } catch (IllegalArgumentException e) {
            throw new RootKeyException(description() + " gave no plaintext", e);
        }
    }

    @Override
    public byte[] reseal(byte[] sealed, String id) {
        return ciphertext(call("rewrap", Map.of("ciphertext", text(sealed))));
    }

    private byte[] ciphertext(JsonNode data) {
        String ciphertext = data.path("ciphertext").asString("");
        if (!ciphertext.startsWith("vault:v")) {
            throw new RootKeyException(description() + " gave no ciphertext");
        }
        return ciphertext.getBytes(StandardCharsets.US_ASCII);
    }

    private JsonNode call(String operation, Map<String, String> members) {
        return http.post(
                        "/v1/%s/%s/%s".formatted(mount, operation, key),
                        Map.of(
                                "X-Vault-Token",
                                description.secret("token-file"),
                                "Content-Type",
                                "application/json"),
                        http.body(members))
                .path("data");
    }

    private static String text(byte[] sealed) {
        return new String(sealed, StandardCharsets.US_ASCII);
    }

    @Override
    public String description() {
        return "the transit key %s of %s".formatted(key, http.address());
    }
}
