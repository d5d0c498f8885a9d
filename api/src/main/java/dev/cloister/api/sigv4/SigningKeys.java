package dev.cloister.api.sigv4;

import dev.cloister.api.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derived signing keys, remembered: they stay the same for a day, and deriving one takes four
 * HMACs. Thread-safe; holds at most {@link #MAX_KEYS}.
 */
final class SigningKeys {
    static final int MAX_KEYS = 1_024;

    private final ConcurrentHashMap<Id, Entry> keys = new ConcurrentHashMap<>();

    private record Id(String accessKeyId, String date, String region, String service) {}

    /** The secret is kept beside, so that a changed one is not verified with the old key. */
    private record Entry(SecretText secret, SecretKeySpec key) {}

    SecretKeySpec find(SignatureClaim claim, SecretText secret) {
        Entry entry = keys.get(id(claim));
        if (entry != null && entry.secret.equals(secret)) {
            return entry.key;
        }
        return derive(claim, secret);
    }

    /** Called once a signature has proved that the key is in use. */
    void remember(SignatureClaim claim, SecretText secret, SecretKeySpec key) {
        Id id = id(claim);
        Entry known = keys.get(id);
        if (known != null && known.secret.equals(secret)) {
            return;
        }
        for (Iterator<Id> ids = keys.keySet().iterator();
                keys.size() >= MAX_KEYS && ids.hasNext(); ) {
            ids.next();
            ids.remove();
        }
        keys.put(id, new Entry(secret, key));
    }

    int size() {
        return keys.size();
    }

    private static Id id(SignatureClaim claim) {
        return new Id(claim.accessKeyId(), claim.scopeDate(), claim.region(), claim.service());
    }

    private static SecretKeySpec derive(SignatureClaim claim, SecretText secret) {
        SecretKeySpec root =
                Digests.key(("AWS4" + secret.reveal()).getBytes(StandardCharsets.UTF_8));
        SecretKeySpec date = step(root, claim.scopeDate());
        SecretKeySpec region = step(date, claim.region());
        SecretKeySpec service = step(region, claim.service());
        return step(service, "aws4_request");
    }

    private static SecretKeySpec step(SecretKeySpec key, String text) {
        return Digests.key(Digests.hmac(key, text.getBytes(StandardCharsets.UTF_8)));
    }
}
