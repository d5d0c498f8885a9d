package dev.cloister.keys.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Message authentication codes: HMAC (RFC 2104) with the digest of the key's spec. */
public final class Macs {
    private Macs() {}

    public static byte[] generate(KeySpec spec, KeyMaterial key, byte[] message) {
        byte[] secret = key.secret();
        try {
            Mac mac = Mac.getInstance(spec.algorithm());
            mac.init(new SecretKeySpec(secret, spec.algorithm()));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(spec + " failed", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** In a time that doesn't depend on where they differ. */
    public static boolean verify(KeySpec spec, KeyMaterial key, byte[] message, byte[] mac) {
        return MessageDigest.isEqual(generate(spec, key, message), mac);
    }
}
