package dev.cloister.signer;

import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Encrypts private keys for storing, bound to whose they are. Thread-safe. */
final class KeySeal {
    private final Envelope envelope;

    KeySeal(Envelope envelope) {
        this.envelope = envelope;
    }

    /** May write to the database: never call it from the work of a write. */
    String seal(PrivateKey key, String account, String owner) {
        byte[] clear = key.getEncoded();
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            envelope.seal(
                                    clear,
                                    new KeyRef(account, "alias/aws/signer"),
                                    context(owner)));
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    PrivateKey open(String sealed, String owner) {
        byte[] clear = envelope.open(Base64.getDecoder().decode(sealed), context(owner));
        try {
            return Certificates.readKey(clear);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private static Map<String, String> context(String owner) {
        return Map.of("aws:signer:arn", owner);
    }
}
