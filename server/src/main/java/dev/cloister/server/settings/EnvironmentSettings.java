package dev.cloister.server.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * Execution environments of this host.
 *
 * @param ociRuntime a program's name or absolute path; empty means crun where present, else runc
 * @param maximum 1 to 28,976 at one time; a start beyond it is throttled
 * @param preparedPerRuntime 0 to 64 sandboxes kept started for each runtime in use
 * @param idleTimeout 1 s to 14 h: an environment idle for longer is ended
 * @param freezeAfter 1 ms to 1 min: an environment idle for longer is frozen
 * @param maximumLease 1 min to 14 h: an older environment takes no more invocations
 * @param egress where functions may connect
 */
public record EnvironmentSettings(
        Optional<String> ociRuntime,
        int maximum,
        int preparedPerRuntime,
        Duration idleTimeout,
        Duration freezeAfter,
        Duration maximumLease,
        EgressSettings egress) {}
