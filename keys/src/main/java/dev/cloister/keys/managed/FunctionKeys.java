package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.Encryption.DataKey;
import dev.cloister.keys.managed.Grant.Constraint;
import dev.cloister.keys.managed.Grants.NewGrant;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lambda's use of customers' keys for functions' environment variables. Whoever gives a function a
 * key lets Lambda make a grant with which the function's execution role may decrypt, in the
 * function's encryption context alone (Lambda Developer Guide, "Securing Lambda environment
 * variables"). From then on the grant counts: revoking it stops the function. Thread-safe.
 */
public final class FunctionKeys implements EnvelopeKeys {
    /** The one key of the encryption context. */
    public static final String CONTEXT_KEY = "aws:lambda:FunctionArn";

    private static final String SERVICE = "lambda";
    private static final List<String> OPERATIONS = List.of("Decrypt", "RetireGrant");

    private final ManagedKeys managed;
    private final EnvelopeKeys own;
    private final RoutedKeys routed;

    /**
     * @param own the accounts' own keys
     */
    public FunctionKeys(EnvelopeKeys own, ManagedKeys managed) {
        this.own = own;
        this.managed = managed;
        this.routed = new RoutedKeys(own, managed, RoutedKeys.viaService(SERVICE));
    }

    /**
     * Lets a function's role use a key, as far as the caller may let it: it needs {@code
     * kms:Encrypt} and {@code kms:CreateGrant} by way of Lambda.
     *
     * @throws AwsError KMS's, if the caller may not or the key can't be used
     */
    public void grant(KeyCaller caller, String functionArn, String keyArn, String roleArn) {
        KeyCaller asking = caller.via(SERVICE);
        Map<String, String> context = context(functionArn);
        ManagedKey key = managed.encryption().requireEncryptable(asking, keyArn, context);
        Grant granted =
                managed.grants()
                        .create(
                                asking,
                                key.arn(),
                                new NewGrant(
                                        Optional.of(functionArn),
                                        roleArn,
                                        Optional.empty(),
                                        OPERATIONS,
                                        new Constraint.Exactly(context)),
                                DryRun.OFF);
        assert granted.keyId().equals(key.id());
    }

    /** A key that a version of a function is under, and the role that it runs as. */
    public record Use(String keyArn, String roleArn) {}

    /** Retires the grants of a function that none of its versions needs any more. */
    public void settle(AccountId account, Region region, String functionArn, List<Use> uses) {
        KeyCaller service = RoutedKeys.viaService(SERVICE).of(account, region, Map.of());
        List<Use> needed =
                uses.stream()
                        .map(
                                use ->
                                        new Use(
                                                managed.encryption().idOf(service, use.keyArn()),
                                                use.roleArn()))
                        .toList();
        managed.grants()
                .retireNamed(
                        functionArn,
                        grant ->
                                !grant.issuingAccount().contains(account.value())
                                        || needed.contains(
                                                new Use(grant.keyId(), grant.grantee())));
    }

    /** Why a role's session, or a reader, may not decrypt a function's variables just now. */
    public Optional<AwsError> refusal(KeyCaller session, String keyArn, String functionArn) {
        try {
            managed.encryption()
                    .requireDecryptable(session.via(SERVICE), keyArn, context(functionArn));
            return Optional.empty();
        } catch (AwsError e) {
            return Optional.of(e);
        }
    }

    /** Why Lambda itself may not decrypt a function's deployment package just now. */
    public Optional<AwsError> serviceRefusal(AccountId account, String keyArn, String functionArn) {
        return routed.refusal(account, keyArn, context(functionArn));
    }

    private static Map<String, String> context(String functionArn) {
        return Map.of(CONTEXT_KEY, functionArn);
    }

    /**
     * Whoever named the key for the function's variables was let to it by {@link #grant}; without
     * one, for a deployment package, Lambda has to be allowed.
     */
    @Override
    public dev.cloister.storage.DataKey generateDataKey(
            KeyRef key, Map<String, String> encryptionContext) {
        if (!key.alias().startsWith("arn:")) {
            return own.generateDataKey(key, encryptionContext);
        }
        String functionArn = encryptionContext.getOrDefault(CONTEXT_KEY, "");
        String region = key.alias().split(":", 6)[3];
        KeyCaller service =
                RoutedKeys.viaService(SERVICE)
                        .of(new AccountId(key.account()), new Region(region), encryptionContext);
        if (!isGranted(service, key.alias(), functionArn)) {
            return routed.generateDataKey(key, encryptionContext);
        }
        try {
            DataKey made =
                    managed.encryption().dataKeyToStore(service, key.alias(), encryptionContext);
            managed.uses()
                    .byService(
                            service,
                            "GenerateDataKey",
                            made.ciphertext().key().arn(),
                            encryptionContext);
            return RoutedKeys.stored(made);
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "KMS Exception: %s KMS Message: %s".formatted(e.code(), e.message()), e);
        }
    }

    private boolean isGranted(KeyCaller service, String keyArn, String functionArn) {
        String keyId = managed.encryption().idOf(service, keyArn);
        return managed.grants().named(functionArn).stream()
                .anyMatch(
                        grant ->
                                grant.keyId().equals(keyId)
                                        && grant.issuingAccount()
                                                .contains(service.account().value()));
    }

    @Override
    public dev.cloister.storage.DataKey unwrap(
            byte[] wrapped, Map<String, String> encryptionContext) {
        return routed.unwrap(wrapped, encryptionContext);
    }
}
