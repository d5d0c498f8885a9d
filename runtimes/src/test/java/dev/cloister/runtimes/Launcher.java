package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Starts one language's bootstrap with a function's folder as its task root. */
interface Launcher {
    /**
     * @param environment on top of what the runtime itself needs
     */
    Process start(Path task, Map<String, String> environment) throws IOException;
}
