package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.KnownRefusals;
import dev.cloister.keys.managed.KnownRefusals.Question;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.keys.managed.RoutedKeys;
import dev.cloister.observe.LogKeys;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of log groups: CloudWatch Logs uses a customer's key in its own name, so that the key's
 * policy has to name {@code logs.REGION.amazonaws.com} (CloudWatch Logs User Guide, "Encrypt log
 * data"). Thread-safe.
 */
final class CustomerLogKeys implements LogKeys {
    private static final String ARN = "aws:logs:arn";

    private final RoutedKeys keys;
    private final KnownRefusals refusals;

    CustomerLogKeys(EnvelopeKeys own, ManagedKeys managed, InstantSource clock) {
        this.keys = new RoutedKeys(own, managed, CustomerLogKeys::caller);
        this.refusals =
                new KnownRefusals(
                        question ->
                                keys.refusal(
                                        question.account(), question.keyArn(), question.context()),
                        clock);
    }

    private static KeyCaller caller(AccountId account, Region region, Map<String, String> context) {
        return KeyCaller.servicePrincipal(
                "logs.%s.amazonaws.com".formatted(region),
                account,
                region,
                context.getOrDefault(ARN, ""));
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> context) {
        return keys.generateDataKey(key, context);
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> context) {
        String[] group = context.getOrDefault(ARN, "").split(":", 6);
        return keys.unwrapIfAllowed(
                new AccountId(group[4]), new Region(group[3]), wrapped, context);
    }

    @Override
    public DataKey unwrapToRecover(byte[] wrapped, Map<String, String> context) {
        return keys.unwrap(wrapped, context);
    }

    @Override
    public Optional<AwsError> refusal(AccountId account, String kmsKeyArn, String groupArn) {
        return refusals.refusal(new Question(account, kmsKeyArn, "logs", Map.of(ARN, groupArn)));
    }
}
