package dev.cloister.signer;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What makes a signing profile unique; ordered as lists show it. */
public record ProfileKey(AccountId account, Region region, String name)
        implements Comparable<ProfileKey> {
    private static final Comparator<ProfileKey> ORDER =
            Comparator.comparing((ProfileKey key) -> key.account.value())
                    .thenComparing(key -> key.region.value())
                    .thenComparing(ProfileKey::name);
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:signer:([a-z0-9-]{1,32}):([0-9]{12}):/signing-profiles/"
                            + "([a-zA-Z0-9_]{2,64})(?:/([a-zA-Z0-9]{10}))?");

    /** A profile as an ARN names it, with the version if the ARN has one. */
    record Named(ProfileKey key, Optional<String> version) {}

    /** Reads a profile's ARN; empty if it is none. */
    static Optional<Named> parse(String arn) {
        Matcher matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Named(
                            new ProfileKey(
                                    new AccountId(matcher.group(2)),
                                    new Region(matcher.group(1)),
                                    matcher.group(3)),
                            Optional.ofNullable(matcher.group(4))));
        } catch (IllegalArgumentException notARegion) {
            return Optional.empty();
        }
    }

    /** {@code arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME}. */
    public String arn() {
        return "arn:aws:signer:" + region + ":" + account + ":/signing-profiles/" + name;
    }

    /** The ARN with the version, as code signing configurations name it. */
    public String arn(String version) {
        return arn() + "/" + version;
    }

    @Override
    public int compareTo(ProfileKey other) {
        return ORDER.compare(this, other);
    }
}
