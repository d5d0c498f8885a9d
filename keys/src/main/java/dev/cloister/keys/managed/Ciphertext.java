package dev.cloister.keys.managed;

import java.util.Optional;

/** What an encryption gave, and by which material of which key. */
public final class Ciphertext {
    private final ManagedKey key;
    private final Optional<String> materialId;
    private final byte[] blob;

    Ciphertext(ManagedKey key, Optional<String> materialId, byte[] blob) {
        this.key = key;
        this.materialId = materialId;
        this.blob = blob;
    }

    public ManagedKey key() {
        return key;
    }

    /** Of symmetric keys alone. */
    public Optional<String> materialId() {
        return materialId;
    }

    public byte[] blob() {
        return blob.clone();
    }
}
