package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import java.util.Optional;

/**
 * Says who may read a deployment package under a customer's KMS key: "only principals with access
 * to that key can access the .zip deployment package" (Developer Guide, "Encrypting Lambda .zip
 * deployment packages"). Thread-safe.
 */
@FunctionalInterface
public interface CodeReaders {
    /** KMS's refusal to decrypt for a caller; nothing if it would. */
    Optional<AwsError> refusal(RequestContext caller, String keyArn, String functionArn);
}
