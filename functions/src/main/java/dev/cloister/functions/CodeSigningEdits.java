package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.signing.CodeSigningConfig;
import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.signing.ConfigKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changing code signing configurations and giving them to functions. Thread-safe. Every method
 * throws {@link dev.cloister.api.AwsError} on a refusal, having changed nothing, and returns when
 * its change is durable.
 */
public final class CodeSigningEdits {
    private final CodeSigningConfigs configs;
    private final Ledger ledger;
    private final FunctionIndex index;

    CodeSigningEdits(CodeSigningConfigs configs, Ledger ledger, FunctionIndex index) {
        this.configs = configs;
        this.ledger = ledger;
        this.index = index;
    }

    /** The configurations as they are now. */
    public CodeSigningConfigs configs() {
        return configs;
    }

    public CodeSigningConfig create(
            AccountId account,
            Region region,
            CodeSigningConfigs.Change given,
            Map<String, String> tags) {
        TagRules.check(tags);
        return configs.create(account, region, given, tags);
    }

    /** Deletes a configuration that no function has. */
    public void delete(ConfigKey key) {
        configs.delete(key, () -> !functionsAfter(key, "", 1).isEmpty());
    }

    /** The names of functions with a configuration that come after {@code name}, by name. */
    public List<String> functionsAfter(ConfigKey config, String name, int limit) {
        Optional<String> arn = Optional.of(config.arn());
        return index
                .of(config.account(), config.region())
                .tailMap(new FunctionKey(config.account(), config.region(), name), false)
                .values()
                .stream()
                .map(FunctionIndex.Entry::function)
                .filter(function -> function.traits().codeSigningConfigArn().equals(arn))
                .limit(limit)
                .map(function -> function.key().name())
                .toList();
    }

    /** Gives a function a configuration: its next deployments are held to it. */
    public void attach(FunctionKey key, String configArn) {
        configs.using(
                configArn,
                key.account(),
                key.region(),
                config -> edit(key, Optional.of(config.key().arn())));
    }

    /** Takes a function's configuration away; no error if it has none. */
    public void detach(FunctionKey key) {
        edit(key, Optional.empty());
    }

    private Boolean edit(FunctionKey key, Optional<String> configArn) {
        return ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function ->
                        new Edited<>(
                                function.withTraits(
                                        function.traits().withCodeSigningConfig(configArn)),
                                Boolean.TRUE));
    }

    /** Adds tags, replacing those of the same keys. */
    public void tag(ConfigKey key, Map<String, String> tags) {
        TagRules.checkGiven(tags);
        configs.editTags(
                key,
                old -> {
                    Map<String, String> all = new TreeMap<>(old);
                    all.putAll(tags);
                    TagRules.check(all);
                    return all;
                });
    }

    /** Removes tags; unknown keys are no error. */
    public void untag(ConfigKey key, List<String> tagKeys) {
        configs.editTags(
                key,
                old -> {
                    Map<String, String> rest = new TreeMap<>(old);
                    tagKeys.forEach(rest::remove);
                    return rest;
                });
    }
}
