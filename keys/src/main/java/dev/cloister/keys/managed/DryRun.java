package dev.cloister.keys.managed;

/** Whether an operation is carried out, or only checked. */
public enum DryRun {
    OFF,
    ON;

    /** Ends a dry run, once everything has been checked. */
    void stopIfDry() {
        if (this == ON) {
            throw KeyErrors.dryRun();
        }
    }
}
