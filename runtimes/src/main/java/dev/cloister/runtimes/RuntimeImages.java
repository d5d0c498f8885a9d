package dev.cloister.runtimes;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The runtime images of this host. Thread-safe; two callers of one runtime share one build. */
public interface RuntimeImages {

    /**
     * The current image of a runtime, built now if there is none (tens of seconds).
     *
     * @param progress receives one line per step
     * @throws RuntimeImageException if it can't be built; the message says what was tried and what
     *     to do
     */
    RuntimeImage ensure(String identifier, Consumer<String> progress);

    /** The current image if it has been built. */
    Optional<RuntimeImage> find(String identifier);

    /** Every image that has been built, all versions. */
    List<RuntimeImage> built();

    /** The versions of one runtime that have been built, oldest first. */
    default List<RuntimeImage> built(String identifier) {
        return built().stream()
                .filter(image -> image.runtime().identifier().equals(identifier))
                .toList();
    }
}
