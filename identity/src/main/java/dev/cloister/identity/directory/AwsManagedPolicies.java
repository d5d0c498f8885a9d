package dev.cloister.identity.directory;

import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.ManagedPolicy.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The managed policies that AWS gives to every account, with its documents. Read when first asked
 * for, as most starts need none of them. Thread-safe.
 */
final class AwsManagedPolicies {
    static final String ARN_PREFIX = "arn:aws:iam::aws:policy/";

    private static final String RESOURCE = "/iam/aws-managed-policies.json";

    private final Map<String, ManagedPolicy> loaded = new LinkedHashMap<>();

    private synchronized Map<String, ManagedPolicy> byArn() {
        if (loaded.isEmpty()) {
            load();
        }
        return loaded;
    }

    private void load() {
        try (InputStream in = AwsManagedPolicies.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + RESOURCE);
            }
            for (JsonNode node : new JsonMapper().readTree(in).values()) {
                ManagedPolicy policy = policy(node);
                loaded.put(policy.arn(), policy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + RESOURCE, e);
        }
    }

    private static ManagedPolicy policy(JsonNode node) {
        String name = node.path("name").asString();
        String path = node.path("path").asString();
        String version = node.path("version").asString();
        Instant updatedAt = Instant.parse(node.path("updatedAt").asString());
        return new ManagedPolicy(
                ARN_PREFIX + path.substring(1) + name,
                name,
                path,
                "ANPA" + RandomIds.base32(digest(path + name), 17),
                "",
                Instant.parse(node.path("createdAt").asString()),
                updatedAt,
                Map.of(),
                version,
                Integer.parseInt(version.substring(1)) + 1,
                List.of(new Version(version, node.path("document").toString(), updatedAt)));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    Optional<ManagedPolicy> find(String arn) {
        return arn.startsWith(ARN_PREFIX)
                ? Optional.ofNullable(byArn().get(arn))
                : Optional.empty();
    }

    Collection<ManagedPolicy> all() {
        return byArn().values();
    }
}
