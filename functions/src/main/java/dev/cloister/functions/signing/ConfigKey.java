package dev.cloister.functions.signing;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What makes a code signing configuration unique; ordered as lists show it.
 *
 * @param id {@code csc-} and 17 letters and digits
 */
public record ConfigKey(AccountId account, Region region, String id)
        implements Comparable<ConfigKey> {
    private static final Comparator<ConfigKey> ORDER =
            Comparator.comparing((ConfigKey key) -> key.account.value())
                    .thenComparing(key -> key.region.value())
                    .thenComparing(ConfigKey::id);
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:lambda:([a-z0-9-]{1,32}):([0-9]{12}):code-signing-config:"
                            + "(csc-[a-z0-9]{17})");

    /** Reads an ARN; empty if it is none of a configuration. */
    public static Optional<ConfigKey> parse(String arn) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ConfigKey(
                            new AccountId(matcher.group(2)),
                            new Region(matcher.group(1)),
                            matcher.group(3)));
        } catch (IllegalArgumentException notARegion) {
            return Optional.empty();
        }
    }

    public String arn() {
        return "arn:aws:lambda:" + region + ":" + account + ":code-signing-config:" + id;
    }

    @Override
    public int compareTo(ConfigKey other) {
        return ORDER.compare(this, other);
    }
}
