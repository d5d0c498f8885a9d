package dev.cloister.server;

import dev.cloister.functions.VersionSnapshot;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.invoke.EgressPolicy;
import dev.cloister.invoke.EnvironmentLogs;
import dev.cloister.invoke.RoleCredentials;
import dev.cloister.observe.LogStore;
import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.LogSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Joins modules that don't know each other: each adapter is one sentence. */
final class Adapters {
    /** Credentials outlive the environment that holds them by this much. */
    private static final Duration CREDENTIAL_MARGIN = Duration.ofHours(1);

    private Adapters() {}

    /** Lambda's session name is the function's name. */
    static RoleCredentials roleCredentials(Identities identities, Duration environmentAge) {
        return version -> {
            SessionCredentials session =
                    identities.issue(
                            version.account(),
                            version.role(),
                            version.name(),
                            environmentAge.plus(CREDENTIAL_MARGIN));
            return new RoleCredentials.SessionCredentials(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
        };
    }

    static EnvironmentLogs environmentLogs(LogStore logs) {
        return (version, stream) -> new StreamSink(open(logs, version, stream));
    }

    private static LogWriter open(LogStore logs, VersionSnapshot version, String stream) {
        return logs.open(version.account(), version.region(), version.logging().logGroup(), stream);
    }

    static EgressPolicy egress(Egress installation) {
        return (_, _) -> installation;
    }

    private record StreamSink(LogWriter writer) implements LogSink {
        @Override
        public void write(List<Event> events) {
            List<LogEvent> all = new ArrayList<>(events.size());
            for (Event event : events) {
                all.add(new LogEvent(event.timestamp(), event.message()));
            }
            writer.append(all);
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
