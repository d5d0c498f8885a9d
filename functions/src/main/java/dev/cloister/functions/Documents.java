package dev.cloister.functions;

import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The stored form of versions, aliases and tags: JSON, with environment variables sealed. */
final class Documents {
    private final JsonMapper json = JsonMapper.builder().build();
    private final EnvironmentSeal seal;

    Documents(EnvironmentSeal seal) {
        this.seal = seal;
    }

    /** A version; {@code serving} is empty too where it is the content itself. */
    private record StoredVersion(
            String version,
            String revisionId,
            long lastModifiedMillis,
            StoredContent content,
            boolean contentServes,
            Optional<StoredContent> serving,
            VersionStatus status,
            String sourceDescription,
            Optional<StoredRuntimePolicy> runtimePolicy) {}

    /** A policy as PutRuntimeManagementConfig names it; none is {@code Auto}. */
    private record StoredRuntimePolicy(String updateOn, Optional<String> version) {
        static Optional<StoredRuntimePolicy> of(RuntimePolicy policy) {
            return switch (policy) {
                case RuntimePolicy.Auto _ -> Optional.empty();
                case RuntimePolicy.FunctionUpdate(var version) ->
                        Optional.of(new StoredRuntimePolicy(policy.shown(), version));
                case RuntimePolicy.Manual(String version) ->
                        Optional.of(new StoredRuntimePolicy(policy.shown(), Optional.of(version)));
            };
        }

        RuntimePolicy policy() {
            return updateOn.equals("Manual")
                    ? new RuntimePolicy.Manual(version.orElseThrow())
                    : new RuntimePolicy.FunctionUpdate(version);
        }
    }

    /** A content; {@code environment} is sealed. */
    private record StoredContent(
            String id,
            String description,
            String role,
            String runtime,
            String handler,
            int timeoutSeconds,
            int memoryMegabytes,
            int ephemeralStorageMegabytes,
            String architecture,
            Optional<String> environment,
            VersionSnapshot.Logging logging,
            Optional<FunctionOptions> options,
            Optional<LayerStack> layers,
            VersionContent.Code code) {}

    String tags(NavigableMap<String, String> tags) {
        return json.writeValueAsString(tags);
    }

    NavigableMap<String, String> tags(String document) {
        return json.readValue(document, new TypeReference<TreeMap<String, String>>() {});
    }

    String alias(FunctionAlias alias) {
        return json.writeValueAsString(alias);
    }

    FunctionAlias alias(String document) {
        return json.readValue(document, FunctionAlias.class);
    }

    String version(FunctionVersion version) {
        boolean contentServes = version.serving().equals(Optional.of(version.content()));
        return json.writeValueAsString(
                new StoredVersion(
                        version.version(),
                        version.revisionId(),
                        version.lastModified().toEpochMilli(),
                        stored(version.content()),
                        contentServes,
                        contentServes ? Optional.empty() : version.serving().map(Documents::stored),
                        version.status(),
                        version.sourceDescription(),
                        StoredRuntimePolicy.of(version.runtimePolicy())));
    }

    FunctionVersion version(FunctionKey key, String document) {
        StoredVersion stored = json.readValue(document, StoredVersion.class);
        VersionContent content = content(key, stored.content);
        return new FunctionVersion(
                stored.version,
                stored.revisionId,
                Instant.ofEpochMilli(stored.lastModifiedMillis),
                content,
                stored.contentServes
                        ? Optional.of(content)
                        : stored.serving.map(other -> content(key, other)),
                stored.status,
                stored.sourceDescription,
                stored.runtimePolicy
                        .map(StoredRuntimePolicy::policy)
                        .orElseGet(RuntimePolicy.Auto::new));
    }

    private static StoredContent stored(VersionContent content) {
        Optional<String> environment =
                switch (content.environment()) {
                    case EnvironmentVariables.None() -> Optional.empty();
                    case EnvironmentVariables.Given given -> Optional.of(given.sealed());
                    case EnvironmentVariables.Unreadable unreadable ->
                            Optional.of(unreadable.sealed());
                };
        return new StoredContent(
                content.id(),
                content.description(),
                content.role(),
                content.runtime(),
                content.handler(),
                content.timeoutSeconds(),
                content.memoryMegabytes(),
                content.ephemeralStorageMegabytes(),
                content.architecture(),
                environment,
                content.logging(),
                Optional.of(content.options()),
                Optional.of(content.layers()).filter(layers -> !layers.isEmpty()),
                content.code());
    }

    private VersionContent content(FunctionKey key, StoredContent stored) {
        EnvironmentVariables environment =
                stored.environment
                        .map(text -> seal.open(key, text))
                        .orElseGet(EnvironmentVariables.None::new);
        return new VersionContent(
                stored.id,
                stored.description,
                stored.role,
                stored.runtime,
                stored.handler,
                stored.timeoutSeconds,
                stored.memoryMegabytes,
                stored.ephemeralStorageMegabytes,
                stored.architecture,
                environment,
                stored.logging,
                stored.options.orElse(FunctionOptions.DEFAULTS),
                stored.layers.orElse(LayerStack.NONE),
                stored.code);
    }
}
