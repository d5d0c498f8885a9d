package dev.cloister.s3;

import dev.cloister.api.AwsError;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The names that a bucket may have ("General purpose bucket naming rules"). */
final class BucketName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final List<String> PREFIXES =
            List.of("xn--", "sthree-", "amzn-s3-demo-", "aws:");
    private static final List<String> SUFFIXES =
            List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

    private BucketName() {}

    static void check(String name) {
        boolean good =
                FORM.matcher(name).matches()
                        && !name.contains("..")
                        && !IPV4.matcher(name).matches()
                        && PREFIXES.stream().noneMatch(name::startsWith)
                        && SUFFIXES.stream().noneMatch(name::endsWith);
        if (!good) {
            throw new AwsError(
                    "InvalidBucketName",
                    400,
                    "The specified bucket is not valid.",
                    Map.of("BucketName", name));
        }
    }
}
