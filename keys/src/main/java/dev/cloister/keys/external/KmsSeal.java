package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/**
 * A KMS key at another endpoint, AWS's or another installation's, by KMS's own API. The root key's
 * id is the encryption context.
 */
final class KmsSeal implements RootKeySeal {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String CONTEXT_KEY = "cloister:root-key";
    private static final String TYPE = "application/x-amz-json-1.1";

    private final ExternalHttp http;
    private final SealDescription description;
    private final String keyId;
    private final String region;

    private KmsSeal(ExternalHttp http, SealDescription description, String keyId, String region) {
        this.http = http;
        this.description = description;
        this.keyId = keyId;
        this.region = region;
    }

    static KmsSeal of(SealDescription description) {
        return new KmsSeal(
                new ExternalHttp(
                        description,
                        URI.create(description.required("address")),
                        description.path("ca-file")),
                description,
                description.required("key"),
                description.required("region"));
    }

    @Override
    public byte[] seal(byte[] rootKey, String id) {
        return blob(
                call(
                        "Encrypt",
                        Map.of(
                                "KeyId",
                                keyId,
                                "Plaintext",
                                Base64.getEncoder().encodeToString(rootKey),
                                "EncryptionContext",
                                Map.of(CONTEXT_KEY, id))),
                "CiphertextBlob");
    }

    @Override
    public byte[] open(byte[] sealed, String id) {
        return blob(
                call(
                        "Decrypt",
                        Map.of(
                                "KeyId",
                                keyId,
                                "CiphertextBlob",
                                Base64.getEncoder().encodeToString(sealed),
                                "EncryptionContext",
                                Map.of(CONTEXT_KEY, id))),
                "Plaintext");
    }

    @Override
    public byte[] reseal(byte[] sealed, String id) {
        return blob(
                call(
                        "ReEncrypt",
                        Map.of(
                                "SourceKeyId",
                                keyId,
                                "DestinationKeyId",
                                keyId,
                                "CiphertextBlob",
                                Base64.getEncoder().encodeToString(sealed),
                                "SourceEncryptionContext",
                                Map.of(CONTEXT_KEY, id),
                                "DestinationEncryptionContext",
                                Map.of(CONTEXT_KEY, id))),
                "CiphertextBlob");
    }

    private byte[] blob(JsonNode answer, String member) {
        try {
            return Base64.getDecoder().decode(answer.path(member).asString(""));
        } catch (IllegalArgumentException e) {
            throw new RootKeyException(description() + " gave no " + member, e);
        }
    }

    private JsonNode call(String operation, Map<String, ?> members) {
        byte[] body = http.body(members);
        return http.post("/", signed(operation, body, Instant.now()), body);
    }

    /** Signature Version 4 (IAM User Guide, "Create a signed AWS API request"). */
    private Map<String, String> signed(String operation, byte[] body, Instant now) {
        String time = TIME.format(now);
        String scope = "%s/%s/kms/aws4_request".formatted(time.substring(0, 8), region);
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("content-type", TYPE);
        headers.put("x-amz-date", time);
        headers.put("x-amz-target", "TrentService." + operation);
        description
                .optional("session-token")
                .ifPresent(token -> headers.put("x-amz-security-token", token));
        TreeMap<String, String> covered = new TreeMap<>(headers);
        covered.put("host", http.address().getRawAuthority());
        StringBuilder canonical = new StringBuilder("POST\n/\n\n");
        covered.forEach((name, value) -> canonical.append(name + ":" + value + "\n"));
        String names = String.join(";", covered.keySet());
        canonical.append("\n").append(names).append("\n").append(sha256(body));
        String toSign =
                "AWS4-HMAC-SHA256\n%s\n%s\n%s"
                        .formatted(time, scope, sha256(bytes(canonical.toString())));
        byte[] key = bytes("AWS4" + description.required("secret-access-key"));
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                        .formatted(
                                description.required("access-key-id"),
                                scope,
                                names,
                                HexFormat.of().formatHex(hmac(key, toSign))));
        return headers;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String description() {
        return "the KMS key %s of %s".formatted(keyId, http.address());
    }
}
