package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterKey;
import dev.cloister.secrets.parameters.ParameterStore;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The policies of secrets, and the tags of secrets and parameters, for decisions about them. They
 * are read from the database by their keys; policies in use are kept compiled. Thread-safe.
 */
final class SecretResources implements ResourceAttributes {
    private static final String PLACE = ":([a-z]{2}-[a-z]+-[0-9]):([0-9]{12}):";
    private static final Pattern SECRET =
            Pattern.compile("arn:aws:secretsmanager" + PLACE + "secret:.+");
    private static final Pattern PARAMETER =
            Pattern.compile("arn:aws:ssm" + PLACE + "parameter(/.+)");
    private final SecretsManager secrets;
    private final ParameterStore parameters;
    private final CompiledPolicies policies = new CompiledPolicies();

    SecretResources(SecretsManager secrets, ParameterStore parameters) {
        this.secrets = secrets;
        this.parameters = parameters;
    }

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        return secret(arn).flatMap(Secret::policy).map(document -> policies.of(arn, document));
    }

    private Optional<Secret> secret(String arn) {
        Matcher parts = SECRET.matcher(arn);
        return parts.matches()
                ? secrets.find(new AccountId(parts.group(2)), new Region(parts.group(1)), arn)
                : Optional.empty();
    }

    @Override
    public Map<String, String> tags(String arn) {
        Matcher parameter = PARAMETER.matcher(arn);
        if (!parameter.matches()) {
            return secret(arn).map(Secret::tags).orElse(Map.of());
        }
        AccountId account = new AccountId(parameter.group(2));
        Region region = new Region(parameter.group(1));
        Map<String, String> tags =
                parameters.tagsOf(new ParameterKey(account, region, parameter.group(3)));
        return tags.isEmpty()
                ? parameters.tagsOf(
                        new ParameterKey(account, region, parameter.group(3).substring(1)))
                : tags;
    }
}
