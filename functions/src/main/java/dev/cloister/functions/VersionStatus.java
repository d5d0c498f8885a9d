package dev.cloister.functions;

import java.util.Optional;

/**
 * Where a version stands, as GetFunctionConfiguration shows it.
 *
 * @param stateReason present while Pending or Failed
 * @param update empty until the first preparation has ended
 * @param updateReason present while InProgress or Failed
 */
public record VersionStatus(
        State state,
        Optional<Reason> stateReason,
        Optional<Update> update,
        Optional<Reason> updateReason) {
    // AWS shows these very strings for creations and for updates.
    private static final Reason CREATING = new Reason("Creating", "The function is being created.");

    static final VersionStatus PENDING =
            new VersionStatus(
                    State.PENDING, Optional.of(CREATING), Optional.empty(), Optional.empty());
    static final VersionStatus READY =
            new VersionStatus(
                    State.ACTIVE,
                    Optional.empty(),
                    Optional.of(Update.SUCCESSFUL),
                    Optional.empty());

    /** Whether a preparation is under way, during which edits are refused. */
    public boolean unfinished() {
        return state == State.PENDING || update.equals(Optional.of(Update.IN_PROGRESS));
    }

    VersionStatus updating() {
        return new VersionStatus(
                state, stateReason, Optional.of(Update.IN_PROGRESS), Optional.of(CREATING));
    }

    /** The preparation under way failed: a creation fails the state, an update only itself. */
    VersionStatus failed(Reason reason) {
        return state == State.PENDING
                ? new VersionStatus(
                        State.FAILED,
                        Optional.of(reason),
                        Optional.of(Update.FAILED),
                        Optional.of(reason))
                : new VersionStatus(
                        state, stateReason, Optional.of(Update.FAILED), Optional.of(reason));
    }

    /** As in State. */
    public enum State {
        PENDING("Pending"),
        ACTIVE("Active"),
        FAILED("Failed");

        private final String shown;

        State(String shown) {
            this.shown = shown;
        }

        /** AWS's spelling. */
        public String shown() {
            return shown;
        }
    }

    /** As in LastUpdateStatus. */
    public enum Update {
        IN_PROGRESS("InProgress"),
        SUCCESSFUL("Successful"),
        FAILED("Failed");

        private final String shown;

        Update(String shown) {
            this.shown = shown;
        }

        /** AWS's spelling. */
        public String shown() {
            return shown;
        }
    }

    /**
     * Why.
     *
     * @param code as in StateReasonCode
     */
    public record Reason(String code, String message) {}
}
