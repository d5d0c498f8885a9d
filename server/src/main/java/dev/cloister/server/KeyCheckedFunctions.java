package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.keys.managed.RoutedKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The functions, of which those under a customer's KMS key are found only while Lambda may decrypt
 * under it: a key that was disabled, deleted or taken away stops its functions within {@link
 * #KNOWN} (Invoke, "Errors": KMSDisabledException and its like), and a key that is given back
 * brings them back. Thread-safe; of many calls at once for a key whose answer is old each may ask.
 */
final class KeyCheckedFunctions implements FunctionCatalog {
    /** How long an answer of KMS's holds: a check costs two reads of the database. */
    static final Duration KNOWN = Duration.ofSeconds(15);

    /** Answers kept; beyond that all are asked for again. */
    private static final int MOST_ANSWERS = 10_000;

    private final FunctionCatalog functions;
    private final RoutedKeys keys;
    private final InstantSource clock;
    private final Map<Question, Answer> answers = new ConcurrentHashMap<>();

    KeyCheckedFunctions(FunctionCatalog functions, RoutedKeys keys, InstantSource clock) {
        this.functions = functions;
        this.keys = keys;
        this.clock = clock;
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
        Optional<String> keyArn = version.options().kmsKeyArn();
        // Without variables there is nothing to decrypt; a version whose variables could not even
        // be
        // opened shows none and has failed.
        if (keyArn.isEmpty()
                || (version.environment().isEmpty()
                        && version.state() != VersionSnapshot.State.FAILED)) {
            return;
        }
        answer(new Question(version.account(), keyArn.get(), version.functionArn()))
                .ifPresent(
                        refusal -> {
                            throw lambdaError(refusal);
                        });
    }

    private Optional<AwsError> answer(Question question) {
        Instant now = clock.instant();
        Answer known = answers.get(question);
        if (known != null && now.isBefore(known.until())) {
            return known.refusal();
        }
        Optional<AwsError> refusal =
                keys.refusal(
                        question.account(),
                        question.keyArn(),
                        Map.of("aws:lambda:FunctionArn", question.functionArn()));
        if (answers.size() >= MOST_ANSWERS) {
            answers.clear();
        }
        answers.put(question, new Answer(refusal, now.plus(KNOWN)));
        return refusal;
    }

    private static AwsError lambdaError(AwsError kms) {
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
                ("Lambda was unable to decrypt the environment variables because %s. Please check"
                                + " the function's KMS key settings. KMS Exception: %s KMS Message:"
                                + " %s")
                        .formatted(why, kms.code(), kms.message()));
    }

    @Override
    public List<VersionSnapshot> versions() {
        return functions.versions();
    }

    @Override
    public void onRetired(Consumer<VersionSnapshot> listener) {
        functions.onRetired(listener);
    }

    private record Question(AccountId account, String keyArn, String functionArn) {}

    private record Answer(Optional<AwsError> refusal, Instant until) {}
}
