package dev.cloister.api.wire;

import dev.cloister.api.AwsError;

/** Refusals of messages whose types don't fit the model, in the wording of AWS's front ends. */
final class Serialization {
    private Serialization() {}

    static AwsError error(String message) {
        return new AwsError("SerializationException", 400, message);
    }

    /** For example {@code STRING_VALUE can not be converted to an Integer}. */
    static AwsError notConvertible(String token, String type) {
        return error(token + " can not be converted to " + type);
    }
}
