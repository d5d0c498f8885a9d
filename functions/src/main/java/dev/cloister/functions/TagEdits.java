package dev.cloister.functions;

import dev.cloister.functions.Ledger.Edited;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tagging functions. Thread-safe; throws and returns as {@link FunctionEdits} does. */
public final class TagEdits {
    private final Ledger ledger;

    TagEdits(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Adds tags, replacing those of the same keys. */
    public void tag(FunctionKey key, Map<String, String> tags) {
        TagRules.checkGiven(tags);
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> {
                    Map<String, String> all = new TreeMap<>(function.tags());
                    all.putAll(tags);
                    TagRules.check(all);
                    return new Edited<>(function.withTags(all), Boolean.TRUE);
                });
    }

    /** Removes tags; unknown keys are no error. */
    public void untag(FunctionKey key, List<String> tagKeys) {
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> {
                    Map<String, String> rest = new TreeMap<>(function.tags());
                    tagKeys.forEach(rest::remove);
                    return new Edited<>(function.withTags(rest), Boolean.TRUE);
                });
    }
}
