package dev.cloister.secrets.parameters;

import dev.cloister.api.AwsError;

/** Parameter Store's errors and their wordings; the service answers 400 to all of these. */
public final class ParameterErrors {
    private ParameterErrors() {}

    static AwsError of(String code, String message) {
        return new AwsError(code, 400, message);
    }

    public static AwsError validation(String message) {
        return of("ValidationException", message);
    }

    /** What Parameter Store has and this version has not. */
    public static AwsError notAvailable(String what) {
        return validation(what + " not available in this version of Cloister");
    }

    static AwsError notFound(String name) {
        return of("ParameterNotFound", "Parameter %s not found.".formatted(name));
    }

    static AwsError noVersion(String name, long version) {
        return of(
                "ParameterVersionNotFound",
                "Systems Manager could not find version %d of %s. Verify the version and try again."
                        .formatted(version, name));
    }

    static AwsError noLabel(String name, String label) {
        return of(
                "ParameterVersionNotFound",
                "Systems Manager could not find label %s for parameter %s. Verify the label and try again."
                        .formatted(label, name));
    }

    static AwsError exists() {
        return of(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in"
                        + " the request to true.");
    }

    public static AwsError filterKey(String key) {
        return of("InvalidFilterKey", "The following filter key is not valid: " + key);
    }

    public static AwsError filterOption(String option, String valid) {
        return of(
                "InvalidFilterOption",
                "The following filter option is not valid: %s. Valid options include: [%s]."
                        .formatted(option, valid));
    }

    public static AwsError filterValue(String message) {
        return of("InvalidFilterValue", message);
    }

    public static AwsError nextToken() {
        return of("InvalidNextToken", "The specified token isn't valid.");
    }

    static AwsError resourceId() {
        return of(
                "InvalidResourceId",
                "The resource ID is not valid. Verify that you entered the correct ID and try"
                        + " again.");
    }
}
