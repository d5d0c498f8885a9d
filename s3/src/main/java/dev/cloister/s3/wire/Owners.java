package dev.cloister.s3.wire;

import dev.cloister.api.AccountId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import software.amazon.awssdk.services.s3.model.Owner;

/** S3's canonical user ids: 64 hexadecimal digits that stand for an account. */
final class Owners {
    private Owners() {}

    static Owner of(AccountId account) {
        return Owner.builder().id(canonicalId(account)).build();
    }

    static String canonicalId(AccountId account) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    ("canonical user of " + account.value())
                                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
