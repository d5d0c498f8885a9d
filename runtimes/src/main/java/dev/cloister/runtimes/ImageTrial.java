package dev.cloister.runtimes;

import java.util.List;
import java.util.function.Consumer;

/** Runs functions on an image that no function uses yet, to learn whether any may. */
@FunctionalInterface
public interface ImageTrial {

    /**
     * @param progress receives one line per step
     * @return what failed, each in a line; empty if the image does all that it must
     */
    List<String> failures(RuntimeImage candidate, Consumer<String> progress);
}
