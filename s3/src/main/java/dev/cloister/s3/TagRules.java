package dev.cloister.s3;

import dev.cloister.api.AwsError;
import java.util.Map;
import java.util.regex.Pattern;

/** What tags may be ("Categorizing your storage using tags"). */
public final class TagRules {
    static final int MOST_OF_BUCKET = 50;
    static final int MOST_OF_OBJECT = 10;

    private static final int MOST_KEY = 128;
    private static final int MOST_VALUE = 256;
    private static final Pattern FORM = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private TagRules() {}

    static void check(Map<String, String> tags, int most) {
        if (tags.size() > most) {
            if (most == MOST_OF_OBJECT) {
                throw new AwsError("BadRequest", 400, "Object tags cannot be greater than " + most);
            }
            throw new AwsError(
                    "BadRequest", 400, "Bucket tag count cannot be greater than " + most);
        }
        tags.forEach(
                (key, value) -> {
                    if (key.isEmpty() || key.length() > MOST_KEY || !FORM.matcher(key).matches()) {
                        throw S3Errors.invalidTag("The TagKey you have provided is invalid");
                    }
                    if (key.startsWith("aws:")) {
                        throw S3Errors.invalidTag(
                                "System tags cannot be added/updated by requester");
                    }
                    if (value.length() > MOST_VALUE || !FORM.matcher(value).matches()) {
                        throw S3Errors.invalidTag("The TagValue you have provided is invalid");
                    }
                });
    }
}
