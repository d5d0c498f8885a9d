package dev.cloister.functions;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies policies to the runtime versions that are on this host, each runtime looked up once. For
 * one thread and a short while.
 */
final class RuntimeChoices {
    private final RuntimeImages images;
    private final Map<String, OfRuntime> known = new HashMap<>();

    RuntimeChoices(RuntimeImages images) {
        this.images = images;
    }

    /** What a version with this policy runs; empty if it isn't there. */
    Optional<RuntimeImage> choose(RuntimePolicy policy, String runtime) {
        return policy.choose(known.computeIfAbsent(runtime, OfRuntime::new));
    }

    private final class OfRuntime implements RuntimePolicy.Versions {
        private final String runtime;
        private Optional<Optional<RuntimeImage>> newest = Optional.empty();
        private Optional<List<RuntimeImage>> all = Optional.empty();

        OfRuntime(String runtime) {
            this.runtime = runtime;
        }

        @Override
        public Optional<RuntimeImage> newest() {
            Optional<RuntimeImage> found = newest.orElseGet(() -> images.find(runtime));
            newest = Optional.of(found);
            return found;
        }

        @Override
        public Optional<RuntimeImage> find(String sha) {
            List<RuntimeImage> found = all.orElseGet(() -> images.built(runtime));
            all = Optional.of(found);
            return found.stream().filter(image -> image.versionSha().equals(sha)).findAny();
        }
    }
}
