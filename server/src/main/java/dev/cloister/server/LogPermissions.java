package dev.cloister.server;

import dev.cloister.functions.VersionSnapshot;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.observe.LogStore;
import java.util.Optional;

/**
 * Whether a function's execution role lets its logs be written (Lambda Developer Guide, "Defining
 * Lambda function permissions with an execution role": without these permissions there are no
 * logs). Thread-safe.
 */
final class LogPermissions {
    private final Callers callers;
    private final LogStore logs;

    LogPermissions(Callers callers, LogStore logs) {
        this.callers = callers;
        this.logs = logs;
    }

    /** The permissions of a version's role to a stream of its log group. */
    OfStream of(VersionSnapshot version, String stream) {
        return new OfStream(version, stream);
    }

    /** Each answer is by the policies of that moment. */
    final class OfStream {
        private final VersionSnapshot version;
        private final String group;
        private final String stream;

        private OfStream(VersionSnapshot version, String stream) {
            this.version = version;
            this.group =
                    "arn:aws:logs:%s:%s:log-group:%s"
                            .formatted(
                                    version.region(),
                                    version.account(),
                                    version.logging().logGroup());
            this.stream = group + ":log-stream:" + stream;
        }

        /** Whether the stream may be made, and its group if there is none. */
        boolean mayCreate() {
            boolean there =
                    logs.hasGroup(
                            version.account(), version.region(), version.logging().logGroup());
            return may("logs:CreateLogStream", group + ":*")
                    && (there || may("logs:CreateLogGroup", group + ":*"));
        }

        /** Whether events may be put into it. */
        boolean mayPut() {
            return may("logs:PutLogEvents", stream);
        }

        private boolean may(String action, String resource) {
            Optional<KnownCaller> role = callers.ofRole(version.role(), version.name());
            return role.isPresent()
                    && PolicyEvaluator.decide(
                                    role.get().caller(),
                                    role.get().policies(),
                                    Optional.empty(),
                                    new AccessRequest(
                                            action,
                                            resource,
                                            Optional.of(version.account().value()),
                                            ContextKeys.NONE))
                            .isAllowed();
        }
    }
}
