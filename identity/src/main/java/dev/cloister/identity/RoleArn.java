package dev.cloister.identity;

import dev.cloister.api.AccountId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of an IAM role, such as {@code arn:aws:iam::123456789012:role/service-role/r}.
 *
 * @param partition {@code aws}, {@code aws-cn} …
 * @param path {@code /}, or begins and ends with it; not part of assumed-role ARNs
 */
public record RoleArn(String partition, AccountId account, String path, String name) {
    /** IAM API Reference, CreateRole: RoleName and Path. */
    private static final Pattern FORM =
            Pattern.compile(
                    "arn:(aws[a-zA-Z-]*):iam::([0-9]{12}):role"
                            + "(/(?:[\\x21-\\x2E\\x30-\\x7E]+/)*)([\\w+=,.@-]{1,64})");

    private static final int MOST_PATH = 512;

    /** Longer text is not matched: it comes from callers, and matching recurses along the path. */
    private static final int MOST_CHARACTERS = 700;

    public RoleArn {
        String arn = arn(partition, account, path, name);
        Matcher matcher = FORM.matcher(arn);
        if (arn.length() > MOST_CHARACTERS
                || !matcher.matches()
                || !matcher.group(4).equals(name)
                || path.length() > MOST_PATH) {
            throw new IllegalArgumentException("not the parts of a role's ARN: " + arn);
        }
    }

    /** The ARN's parts, or empty if the text does not have its form. */
    public static Optional<RoleArn> parse(String arn) {
        if (arn.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(arn);
        if (!matcher.matches() || matcher.group(3).length() > MOST_PATH) {
            return Optional.empty();
        }
        return Optional.of(
                new RoleArn(
                        matcher.group(1),
                        new AccountId(matcher.group(2)),
                        matcher.group(3),
                        matcher.group(4)));
    }

    private static String arn(String partition, AccountId account, String path, String name) {
        return "arn:%s:iam::%s:role%s%s".formatted(partition, account, path, name);
    }

    /** The ARN of the principal that a session of the role is. */
    public String assumedRoleArn(String sessionName) {
        return "arn:%s:sts::%s:assumed-role/%s/%s".formatted(partition, account, name, sessionName);
    }

    @Override
    public String toString() {
        return arn(partition, account, path, name);
    }
}
