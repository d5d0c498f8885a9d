package dev.cloister.functions;

import java.time.Instant;
import java.util.Optional;

/**
 * {@code $LATEST} or a published version. Immutable.
 *
 * @param version {@code $LATEST} or a number
 * @param revisionId changes with every change, of status too
 * @param lastModified of configuration or code
 * @param content as configured last
 * @param serving what invocations run: during and after a failed update the content before it
 * @param sourceDescription the description that {@code $LATEST} had when this was published, which
 *     tells whether anything has changed since
 * @param runtimePolicy which version of its runtime it runs
 */
public record FunctionVersion(
        String version,
        String revisionId,
        Instant lastModified,
        VersionContent content,
        Optional<VersionContent> serving,
        VersionStatus status,
        String sourceDescription,
        RuntimePolicy runtimePolicy) {
    static final String LATEST = "$LATEST";

    FunctionVersion withStatus(String newRevisionId, VersionStatus newStatus) {
        return new FunctionVersion(
                version,
                newRevisionId,
                lastModified,
                content,
                serving,
                newStatus,
                sourceDescription,
                runtimePolicy);
    }

    FunctionVersion withRuntimePolicy(RuntimePolicy newPolicy) {
        return new FunctionVersion(
                version,
                revisionId,
                lastModified,
                content,
                serving,
                status,
                sourceDescription,
                newPolicy);
    }

    /** After an edit: the new content waits for its preparation, the old one goes on serving. */
    FunctionVersion edited(String newRevisionId, Instant now, VersionContent newContent) {
        return new FunctionVersion(
                version,
                newRevisionId,
                now,
                newContent,
                serving,
                status.updating(),
                newContent.description(),
                runtimePolicy);
    }

    /** After its preparation: what was configured last now serves. */
    FunctionVersion ready(String newRevisionId, VersionContent prepared) {
        return new FunctionVersion(
                version,
                newRevisionId,
                lastModified,
                prepared,
                Optional.of(prepared),
                VersionStatus.READY,
                sourceDescription,
                runtimePolicy);
    }

    VersionContent sourceContent() {
        return content.withDescription(sourceDescription);
    }
}
