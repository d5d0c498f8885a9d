package dev.cloister.identity.directory;

import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.IamEntity.Kind;

/** IAM's errors in its words. */
public final class IamErrors {
    private IamErrors() {}

    public static AwsError missing(Kind kind, String name) {
        return noSuchEntity("The " + kind.noun() + " with name " + name + " cannot be found.");
    }

    public static AwsError noSuchEntity(String message) {
        return new AwsError("NoSuchEntity", 404, message);
    }

    public static AwsError missingPolicy(String arn) {
        return noSuchEntity("Policy " + arn + " was not found.");
    }

    static AwsError exists(String message) {
        return new AwsError("EntityAlreadyExists", 409, message);
    }

    static AwsError conflict(String message) {
        return new AwsError("DeleteConflict", 409, message);
    }

    static AwsError limit(String message) {
        return new AwsError("LimitExceeded", 409, message);
    }

    static AwsError quota(String name, long most) {
        return limit("Cannot exceed quota for " + name + ": " + most);
    }

    public static AwsError invalid(String message) {
        return new AwsError("InvalidInput", 400, message);
    }

    public static AwsError malformedPolicy(String message) {
        return new AwsError("MalformedPolicyDocument", 400, message);
    }

    static AwsError unmodifiable(String message) {
        return new AwsError("UnmodifiableEntity", 400, message);
    }
}
