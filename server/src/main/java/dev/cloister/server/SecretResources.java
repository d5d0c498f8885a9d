package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterKey;
import dev.cloister.secrets.parameters.ParameterStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of secrets, and the tags of secrets and parameters, for decisions about them. They
 * are read from the database by their keys; policies in use are kept compiled. Thread-safe.
 */
final class SecretResources implements ResourceAttributes {
    private static final Logger LOG = LoggerFactory.getLogger(SecretResources.class);
    private static final String PLACE = ":([a-z]{2}-[a-z]+-[0-9]):([0-9]{12}):";
    private static final Pattern SECRET =
            Pattern.compile("arn:aws:secretsmanager" + PLACE + "secret:.+");
    private static final Pattern PARAMETER =
            Pattern.compile("arn:aws:ssm" + PLACE + "parameter(/.+)");
    private static final int MOST_COMPILED = 1_000;

    private final SecretsManager secrets;
    private final ParameterStore parameters;
    private final Map<String, ResourcePolicy> compiled =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, ResourcePolicy> eldest) {
                    return size() > MOST_COMPILED;
                }
            };

    SecretResources(SecretsManager secrets, ParameterStore parameters) {
        this.secrets = secrets;
        this.parameters = parameters;
    }

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        return secret(arn).flatMap(Secret::policy).map(document -> compiled(arn, document));
    }

    private Optional<Secret> secret(String arn) {
        Matcher parts = SECRET.matcher(arn);
        return parts.matches()
                ? secrets.find(new AccountId(parts.group(2)), new Region(parts.group(1)), arn)
                : Optional.empty();
    }

    /** A policy was parsed before it was stored; one that no longer can be is a damaged store. */
    private ResourcePolicy compiled(String arn, String document) {
        String name = arn + '\n' + document;
        synchronized (compiled) {
            ResourcePolicy known = compiled.get(name);
            if (known != null) {
                return known;
            }
        }
        try {
            ResourcePolicy fresh =
                    ResourcePolicy.sufficient(Policy.parse(PolicyKind.RESOURCE, arn, document));
            synchronized (compiled) {
                compiled.put(name, fresh);
            }
            return fresh;
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may use the secret", arn, e);
            throw e;
        }
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
