package dev.cloister.keys.managed;

/** The states of KMS keys that occur here (KMS Developer Guide, "Key states"). */
public enum KeyState {
    ENABLED("Enabled"),
    DISABLED("Disabled"),
    PENDING_DELETION("PendingDeletion"),
    PENDING_IMPORT("PendingImport");

    private final String wireName;

    KeyState(String wireName) {
        this.wireName = wireName;
    }

    /** KMS's own name of the state. */
    public String wireName() {
        return wireName;
    }
}
