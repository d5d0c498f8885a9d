package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.Percent;
import dev.cloister.s3.S3Errors;
import java.util.Optional;

/** What a copy is of: the header {@code x-amz-copy-source}. */
record CopySource(String bucket, String key, Optional<String> versionId) {
    private static final String VERSION = "?versionId=";

    static CopySource of(String header) {
        String text = header.startsWith("/") ? header.substring(1) : header;
        Optional<String> version = Optional.empty();
        int question = text.indexOf(VERSION);
        if (question >= 0) {
            version = Optional.of(text.substring(question + VERSION.length()));
            text = text.substring(0, question);
        }
        String decoded;
        try {
            decoded = Percent.decode(text, true);
        } catch (MalformedRequestException e) {
            throw malformed(header);
        }
        int slash = decoded.indexOf('/');
        if (slash <= 0 || slash == decoded.length() - 1) {
            throw malformed(header);
        }
        return new CopySource(decoded.substring(0, slash), decoded.substring(slash + 1), version);
    }

    private static AwsError malformed(String header) {
        return S3Errors.invalidArgument(
                "x-amz-copy-source",
                header,
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
}
