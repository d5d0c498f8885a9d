package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.Comparator;

/** What makes a function unique; ordered by account, region and name, as lists show it. */
public record FunctionKey(AccountId account, Region region, String name)
        implements Comparable<FunctionKey> {
    private static final Comparator<FunctionKey> ORDER =
            Comparator.comparing((FunctionKey key) -> key.account.value())
                    .thenComparing(key -> key.region.value())
                    .thenComparing(FunctionKey::name);

    /** The unqualified ARN. */
    public String arn() {
        return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
    }

    /** The ARN with a qualifier. */
    public String arn(String qualifier) {
        return arn() + ":" + qualifier;
    }

    @Override
    public int compareTo(FunctionKey other) {
        return ORDER.compare(this, other);
    }
}
