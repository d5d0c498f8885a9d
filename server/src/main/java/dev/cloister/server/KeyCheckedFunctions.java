package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog;
import dev.cloister.functions.FunctionOptions;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.keys.managed.KnownRefusals;
import dev.cloister.keys.managed.KnownRefusals.Question;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The functions, of which those under a customer's KMS key are found only while Lambda may decrypt
 * under it: a key that was disabled, deleted or taken away stops its functions within {@link
 * KnownRefusals#KNOWN} (Invoke, "Errors": KMSDisabledException and its like), and a key that is
 * given back brings them back. Thread-safe.
 */
final class KeyCheckedFunctions implements FunctionCatalog {
    private static final String PACKAGE = "deployment package";
    private static final String LAMBDA = "lambda";

    private final FunctionCatalog functions;
    private final KnownRefusals refusals;

    /**
     * @param sessions of the functions' execution roles
     */
    KeyCheckedFunctions(
            FunctionCatalog functions,
            FunctionKeys keys,
            RoleSessions sessions,
            InstantSource clock) {
        this.functions = functions;
        this.refusals = new KnownRefusals(question -> refusal(keys, sessions, question), clock);
    }

    private static Optional<AwsError> refusal(
            FunctionKeys keys, RoleSessions sessions, Question question) {
        String functionArn = question.context().getOrDefault(FunctionKeys.CONTEXT_KEY, "");
        if (question.user().equals(LAMBDA)) {
            return keys.serviceRefusal(question.account(), question.keyArn(), functionArn);
        }
        KeyCaller session =
                new KeyCaller(
                        sessions.of(question.account(), question.user(), functionArn),
                        new Region(question.keyArn().split(":", 6)[3]),
                        Optional.empty(),
                        Map.of());
        return keys.refusal(session, question.keyArn(), functionArn);
    }

    /**
     * As the functions' own.
     *
     * @throws AwsError if the function's key can't be used
     */
    @Override
    public Optional<Resolved> resolve(
            AccountId account, Region region, String name, Optional<String> qualifier) {
        Optional<Resolved> found = functions.resolve(account, region, name, qualifier);
        found.map(Resolved::version).ifPresent(this::requireKey);
        return found;
    }

    private void requireKey(VersionSnapshot version) {
        FunctionOptions options = version.options();
        // Without variables there is nothing to decrypt; a version whose variables could not even
        // be opened shows none and has failed.
        boolean variables =
                !version.environment().isEmpty() || version.state() == VersionSnapshot.State.FAILED;
        options.kmsKeyArn()
                .filter(_ -> variables)
                .ifPresent(
                        key -> requireKey(version, key, version.role(), "environment variables"));
        options.sourceKmsKeyArn()
                .ifPresent(
                        source -> {
                            requireKey(version, source, LAMBDA, PACKAGE);
                            // The unzipped copy is under this one (API reference, CreateFunction).
                            options.kmsKeyArn()
                                    .ifPresent(
                                            key ->
                                                    requireKey(
                                                            version, key, version.role(), PACKAGE));
                        });
    }

    /**
     * @param user who decrypts: the function's role by its grant, or Lambda itself
     */
    private void requireKey(VersionSnapshot version, String keyArn, String user, String what) {
        refusals.refusal(
                        new Question(
                                version.account(),
                                keyArn,
                                user,
                                Map.of(FunctionKeys.CONTEXT_KEY, version.functionArn())))
                .ifPresent(
                        refusal -> {
                            throw lambdaError(refusal, what);
                        });
    }

    /** Who Lambda is when it has assumed a function's role. */
    @FunctionalInterface
    interface RoleSessions {
        Principal of(AccountId account, String roleArn, String functionArn);
    }

    private static AwsError lambdaError(AwsError kms, String what) {
        String code =
                switch (kms.code()) {
                    case "DisabledException" -> "KMSDisabledException";
                    case "NotFoundException" -> "KMSNotFoundException";
                    case "KMSInvalidStateException", "InvalidKeyUsageException" ->
                            "KMSInvalidStateException";
                    default -> "KMSAccessDeniedException";
                };
        String why =
                switch (code) {
                    case "KMSDisabledException" -> "the KMS key used is disabled";
                    case "KMSNotFoundException" -> "the KMS key was not found";
                    case "KMSInvalidStateException" ->
                            "the KMS key used is in an invalid state for Decrypt";
                    default -> "KMS access was denied";
                };
        return new AwsError(
                code,
                502,
                ("Lambda was unable to decrypt the %s because %s. Please check the function's KMS"
                                + " key settings. KMS Exception: %s KMS Message: %s")
                        .formatted(what, why, kms.code(), kms.message()));
    }

    @Override
    public List<VersionSnapshot> versions() {
        return functions.versions();
    }

    @Override
    public void onRetired(Consumer<VersionSnapshot> listener) {
        functions.onRetired(listener);
    }
}
