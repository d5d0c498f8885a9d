package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Why a service may not use keys, remembered for {@link #KNOWN}: so long a key that was disabled,
 * deleted or taken away serves on, and one that was given back is refused. Thread-safe; of many
 * calls at once for a key whose answer is old each may ask.
 */
public final class KnownRefusals {
    /** How long an answer of KMS's holds: a check costs some reads of the database. */
    public static final Duration KNOWN = Duration.ofSeconds(15);

    /** Answers kept; beyond that all are asked for again. */
    private static final int MOST_ANSWERS = 10_000;

    private final Asking asking;
    private final InstantSource clock;
    private final Map<Question, Answer> answers = new ConcurrentHashMap<>();

    /** Asks KMS whether a key may be used for decrypting just now. */
    @FunctionalInterface
    public interface Asking {
        Optional<AwsError> refusal(Question question);
    }

    /** Of which key, for whom, and in which encryption context; {@code user} is the asker's own. */
    public record Question(
            AccountId account, String keyArn, String user, Map<String, String> context) {
        public Question {
            context = Map.copyOf(context);
        }
    }

    private record Answer(Optional<AwsError> refusal, Instant until) {}

    public KnownRefusals(Asking asking, InstantSource clock) {
        this.asking = asking;
        this.clock = clock;
    }

    /** Why not; nothing if it may. */
    public Optional<AwsError> refusal(Question question) {
        Instant now = clock.instant();
        Answer known = answers.get(question);
        if (known != null && now.isBefore(known.until())) {
            return known.refusal();
        }
        Optional<AwsError> refusal = asking.refusal(question);
        if (answers.size() >= MOST_ANSWERS) {
            answers.clear();
        }
        answers.put(question, new Answer(refusal, now.plus(KNOWN)));
        return refusal;
    }
}
