package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import java.util.Optional;

/**
 * Says who may read what of a function is under a customer's KMS key, its deployment package and
 * its variables: "only principals with access to that key" (Developer Guide, "Encrypting Lambda
 * .zip deployment packages"). Thread-safe.
 */
@FunctionalInterface
public interface CodeReaders {
    /** KMS's refusal to decrypt for a caller; nothing if it would. */
    Optional<AwsError> refusal(RequestContext caller, String keyArn, String functionArn);
}
