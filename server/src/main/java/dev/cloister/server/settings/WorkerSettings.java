package dev.cloister.server.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Execution environments of this host.
 *
 * @param ociRuntime a program's name or absolute path; empty means crun where present, else runc
 * @param maximumEnvironments 1 to 100,000; a start beyond it is throttled
 * @param idleTimeout 1 s to 14 h: an environment idle for longer is ended
 * @param freezeAfter 0 to 1 min: an environment idle for longer is frozen
 * @param egress where functions may connect unless their configuration says otherwise
 */
public record WorkerSettings(
        Optional<String> ociRuntime,
        int maximumEnvironments,
        Duration idleTimeout,
        Duration freezeAfter,
        Egress egress) {

    /** Where functions may connect. */
    public sealed interface Egress {
        /** Public addresses only. */
        record Public() implements Egress {}

        /** Nowhere. */
        record None() implements Egress {}

        /**
         * Public addresses and these private ranges.
         *
         * @param cidrs such as {@code 10.1.0.0/16}
         */
        record PublicAnd(List<String> cidrs) implements Egress {
            public PublicAnd {
                cidrs = List.copyOf(cidrs);
            }
        }
    }
}
