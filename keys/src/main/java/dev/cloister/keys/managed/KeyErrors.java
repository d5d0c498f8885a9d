package dev.cloister.keys.managed;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyCaller;

/** KMS's errors and their wordings; the service answers 400 to all of these. */
public final class KeyErrors {
    private KeyErrors() {}

    /** An error without more to say than its code; KMS has several whose message is null. */
    public static AwsError of(String code) {
        return of(code, "");
    }

    public static AwsError of(String code, String message) {
        return new AwsError(code, 400, message);
    }

    public static AwsError validation(String message) {
        return of("ValidationException", message);
    }

    /** What KMS has and this version has not. */
    public static AwsError notAvailable(String what) {
        return of(
                "UnsupportedOperationException",
                what + " is not available in this version of Cloister");
    }

    static AwsError noKey(String arn) {
        return of("NotFoundException", "Key '%s' does not exist".formatted(arn));
    }

    static AwsError noAlias(String arn) {
        return of("NotFoundException", "Alias %s is not found.".formatted(arn));
    }

    static AwsError invalidState(String arn, String how) {
        return of("KMSInvalidStateException", arn + " " + how);
    }

    static AwsError disabled(ManagedKey key) {
        return of("DisabledException", key.arn() + " is disabled.");
    }

    static AwsError wrongUsage(ManagedKey key, String operation) {
        return of(
                "InvalidKeyUsageException",
                "%s key usage is %s which is not valid for %s."
                        .formatted(key.arn(), key.usage(), operation));
    }

    static AwsError wrongAlgorithm(ManagedKey key, String algorithm) {
        return of(
                "InvalidKeyUsageException",
                "Algorithm %s is incompatible with key spec %s.".formatted(algorithm, key.spec()));
    }

    static AwsError wrongOrigin(ManagedKey key) {
        return of(
                "UnsupportedOperationException",
                "%s origin is %s which is not valid for this operation."
                        .formatted(key.arn(), key.origin()));
    }

    static AwsError invalidCiphertext() {
        return of("InvalidCiphertextException");
    }

    /** Decrypt names no key that the caller may not know of. */
    static AwsError unknownCiphertext() {
        return of(
                "AccessDeniedException",
                "The ciphertext refers to a customer master key that does not exist, does not exist"
                        + " in this region, or you are not allowed to access.");
    }

    static AwsError denied(KeyCaller caller, String action, String resource, String because) {
        return of(
                "AccessDeniedException",
                "User: %s is not authorized to perform: %s on resource: %s %s"
                        .formatted(caller.arn(), action, resource, because));
    }

    static AwsError dryRun() {
        return of(
                "DryRunOperationException",
                "The request would have succeeded, but the DryRun option is set.");
    }
}
