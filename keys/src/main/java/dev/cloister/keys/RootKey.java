package dev.cloister.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key at the top. Its id is the beginning of an HMAC under it, hence tells nothing of it. */
final class RootKey {
    static final int BYTES = 32;

    private final SecretKey key;
    private final String id;

    RootKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a root key has 32 bytes, not " + bytes.length);
        }
        this.key = new SecretKeySpec(bytes, "AES");
        this.id = id(bytes);
    }

    private static String id(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            byte[] tag = mac.doFinal("cloister root key id".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(tag, 8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** A copy, which the caller clears. */
    byte[] bytes() {
        return key.getEncoded();
    }

    SecretKey key() {
        return key;
    }

    String id() {
        return id;
    }

    @Override
    public String toString() {
        return "RootKey[" + id + "]";
    }
}
