package dev.cloister.functions;

import dev.cloister.functions.ImageShelf.Held;
import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.VersionStatus.Reason;
import dev.cloister.functions.code.BadArchiveException;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImageException;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.storage.KeyUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what was configured ready to run, in the background: the code's image, the runtime's image.
 * Thread-safe. Closing interrupts what runs and waits for it; the next start takes it up again.
 */
final class Preparations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Preparations.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final int MAX_ATTEMPTS = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Ledger ledger;
    private final FunctionIndex index;
    private final ImageShelf made;
    private final RuntimeImages images;
    private final int maxUnfinished;
    private final AtomicInteger unfinished = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean closing;

    Preparations(
            Ledger ledger,
            FunctionIndex index,
            ImageShelf made,
            RuntimeImages images,
            FunctionSettings settings) {
        this.ledger = ledger;
        this.index = index;
        this.made = made;
        this.images = images;
        this.maxUnfinished = settings.maxUnfinished();
    }

    /**
     * Refuses an edit that could not be prepared soon.
     *
     * @throws dev.cloister.api.AwsError TooManyRequestsException
     */
    void checkRoom() {
        if (unfinished.get() >= maxUnfinished) {
            throw LambdaErrors.tooManyRequests();
        }
    }

    /** Starts preparing what of a function is not ready; returns at once. */
    void submit(FunctionKey key) {
        unfinished.incrementAndGet();
        try {
            threads.execute(() -> run(key));
        } catch (RejectedExecutionException e) {
            unfinished.decrementAndGet();
            LOG.info("{} is prepared at the next start", key.arn());
        }
    }

    private void run(FunctionKey key) {
        try {
            Duration pause = FIRST_PAUSE;
            for (int attempt = 1; !attempt(key, attempt); attempt++) {
                if (attempt == MAX_ATTEMPTS) {
                    LOG.error("{} stays as it is; the next start tries again", key.arn());
                    return;
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(4);
            }
        } catch (InterruptedException e) {
            LOG.info("the preparation of {} goes on at the next start", key.arn());
            Thread.currentThread().interrupt();
        } finally {
            unfinished.decrementAndGet();
        }
    }

    /** Whether there is nothing left to try: what fails here is the database, not the function. */
    private boolean attempt(FunctionKey key, int attempt) throws InterruptedException {
        try {
            prepare(key);
            return true;
        } catch (RuntimeException e) {
            if (closing) {
                throw new InterruptedException("closing");
            }
            LOG.warn("attempt {} of preparing {} failed", attempt, key.arn(), e);
            return false;
        }
    }

    private void prepare(FunctionKey key) throws InterruptedException {
        Optional<FunctionRecord> function = index.find(key).map(FunctionIndex.Entry::function);
        if (function.isEmpty()) {
            return;
        }
        boolean refresh = false;
        for (FunctionVersion version : function.get().versions()) {
            if (version.status().unfinished()) {
                prepare(key, version);
            } else if (version.serving().isPresent()) {
                refresh |= restoreRuntime(key, version.serving().get().runtime());
            }
        }
        if (refresh) {
            ledger.refresh(key);
        }
    }

    private boolean restoreRuntime(FunctionKey key, String runtime) {
        if (images.find(runtime).isPresent()) {
            return false;
        }
        try {
            images.ensure(runtime, line -> LOG.info("{}: {}", runtime, line));
            return true;
        } catch (RuntimeImageException e) {
            LOG.error("{} can't run: its runtime {} can't be built", key.arn(), runtime, e);
            return false;
        }
    }

    private void prepare(FunctionKey key, FunctionVersion version) throws InterruptedException {
        VersionContent content = version.content();
        try {
            images.ensure(content.runtime(), line -> LOG.info("{}: {}", content.runtime(), line));
            build(key, version);
        } catch (RuntimeImageException e) {
            fail(key, version, "InvalidRuntime", "The runtime can't be provided.", e);
        } catch (BadArchiveException e) {
            fail(key, version, "InvalidZipFileException", CodeUpload.UNREADABLE, e);
        } catch (KeyUnavailableException e) {
            fail(key, version, keyProblem(e), "The code's key can't be used: " + e.getMessage(), e);
        } catch (IOException e) {
            fail(key, version, "InternalError", "The code can't be prepared.", e);
        }
    }

    /** LastUpdateStatusReasonCode, by what KMS says. */
    private static String keyProblem(KeyUnavailableException e) {
        String why = String.valueOf(e.getMessage());
        if (why.contains("KMS Exception: DisabledException")) {
            return "DisabledKMSKey";
        }
        if (why.contains("KMS Exception: NotFoundException")) {
            return "KMSKeyNotFound";
        }
        if (why.contains("KMS Exception: KMSInvalidStateException")) {
            return "InvalidStateKMSKey";
        }
        return why.contains("KMS Exception: ") ? "KMSKeyAccessDenied" : "InternalError";
    }

    private void build(FunctionKey key, FunctionVersion version)
            throws IOException, BadArchiveException, InterruptedException {
        VersionContent content = version.content();
        try (Held code = made.code(key, content)) {
            if (content.layers().isEmpty()) {
                ready(key, version, code.image(), Optional.empty());
                return;
            }
            try (Held layers = made.layers(key, content.layers())) {
                ready(key, version, code.image(), Optional.of(layers.image()));
            }
        }
    }

    private void ready(
            FunctionKey key,
            FunctionVersion version,
            VersionContent.Image code,
            Optional<VersionContent.Image> layers) {
        VersionContent content = version.content();
        VersionContent prepared =
                content.withCode(content.code().withImage(Optional.of(code)))
                        .withLayers(content.layers().withImage(layers));
        Optional<String> newest = images.find(content.runtime()).map(RuntimeImage::versionSha);
        finish(
                key,
                version,
                now ->
                        now.ready(UUID.randomUUID().toString(), prepared)
                                .withRuntimePolicy(now.runtimePolicy().updated(newest)));
    }

    private void fail(
            FunctionKey key, FunctionVersion version, String code, String message, Exception why)
            throws InterruptedException {
        if (closing) {
            // Closing interrupts: whatever failed, it is not the function's fault.
            throw new InterruptedException("closing");
        }
        LOG.warn("{}:{} can't be prepared: {}", key.arn(), version.version(), code, why);
        Reason reason = new Reason(code, message);
        finish(
                key,
                version,
                now -> now.withStatus(UUID.randomUUID().toString(), now.status().failed(reason)));
    }

    /** Ends a preparation, unless the version was deleted or has other content by now. */
    private void finish(
            FunctionKey key, FunctionVersion prepared, UnaryOperator<FunctionVersion> outcome) {
        try {
            ledger.edit(
                    key,
                    GoneException::new,
                    function ->
                            new Edited<>(
                                    function.version(prepared.version())
                                            .filter(
                                                    now ->
                                                            now.content()
                                                                    .id()
                                                                    .equals(
                                                                            prepared.content()
                                                                                    .id()))
                                            .map(outcome)
                                            .map(function::withVersion)
                                            .orElse(function),
                                    Boolean.TRUE));
        } catch (GoneException e) {
            LOG.debug("{} was deleted while it was being prepared", key.arn());
        }
    }

    @Override
    public void close() {
        closing = true;
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("preparations did not stop within {}", CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The function was deleted while it was being prepared. */
    private static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GoneException() {
            super("gone", null, false, false);
        }
    }
}
