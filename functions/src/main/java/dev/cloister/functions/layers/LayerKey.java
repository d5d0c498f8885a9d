package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.Comparator;

/** A layer, whether or not it has versions. */
public record LayerKey(AccountId account, Region region, String name)
        implements Comparable<LayerKey> {
    private static final Comparator<LayerKey> ORDER =
            Comparator.comparing((LayerKey key) -> key.account.value())
                    .thenComparing(key -> key.region.value())
                    .thenComparing(LayerKey::name);

    public String arn() {
        return "arn:aws:lambda:" + region + ":" + account + ":layer:" + name;
    }

    /** The ARN of one of its versions. */
    public String arn(long version) {
        return arn() + ":" + version;
    }

    @Override
    public int compareTo(LayerKey other) {
        return ORDER.compare(this, other);
    }
}
