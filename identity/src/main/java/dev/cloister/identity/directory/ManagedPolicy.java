package dev.cloister.identity.directory;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A managed policy of an account or of AWS.
 *
 * @param nextVersion the number of the next version: numbers are never used again
 */
public record ManagedPolicy(
        String arn,
        String name,
        String path,
        String id,
        String description,
        Instant createdAt,
        Instant updatedAt,
        Map<String, String> tags,
        String defaultVersion,
        int nextVersion,
        List<Version> versions) {
    /** IAM quotas: versions of a managed policy. */
    public static final int MOST_VERSIONS = 5;

    public ManagedPolicy {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        versions = List.copyOf(versions);
    }

    /**
     * A version, which never changes.
     *
     * @param id such as {@code v2}
     */
    public record Version(String id, String document, Instant createdAt) {}

    /** Whether it belongs to AWS, so that nobody can change it. */
    public boolean isAwsManaged() {
        return arn.startsWith(AwsManagedPolicies.ARN_PREFIX);
    }

    public Optional<Version> version(String versionId) {
        return versions.stream().filter(version -> version.id.equals(versionId)).findFirst();
    }

    /** The document that counts. */
    public String document() {
        return version(defaultVersion)
                .orElseThrow(() -> new IllegalStateException("no default version: " + arn))
                .document();
    }

    ManagedPolicy with(
            String newDefault, int newNext, List<Version> newVersions, Instant changedAt) {
        return new ManagedPolicy(
                arn,
                name,
                path,
                id,
                description,
                createdAt,
                changedAt,
                tags,
                newDefault,
                newNext,
                newVersions);
    }

    ManagedPolicy withTags(Map<String, String> newTags) {
        return new ManagedPolicy(
                arn,
                name,
                path,
                id,
                description,
                createdAt,
                updatedAt,
                newTags,
                defaultVersion,
                nextVersion,
                versions);
    }

    /** As lists show it: "this operation does not return tags" nor the description. */
    public ManagedPolicy withoutTagsAndDescription() {
        return new ManagedPolicy(
                arn,
                name,
                path,
                id,
                "",
                createdAt,
                updatedAt,
                Map.of(),
                defaultVersion,
                nextVersion,
                versions);
    }
}
