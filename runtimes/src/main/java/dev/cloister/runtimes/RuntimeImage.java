package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A built runtime image: a root file system as an erofs file, mounted read-only as it is.
 *
 * @param version as INIT_START logs it, for example {@code python:3.13.v1}
 * @param versionSha 64 hex digits of the image's content, the last part of the runtime version ARN
 * @param file the erofs file
 * @param command what starts the runtime inside the environment, absolute: for a managed language
 *     its interpreter with Cloister's bootstrap; for {@code provided.*} a command that runs {@code
 *     /var/task/bootstrap} or {@code /opt/bootstrap}
 * @param environment variables of the runtime itself (PATH, LD_LIBRARY_PATH, LANG, NODE_PATH,
 *     PYTHONPATH, GEM_PATH, TZ …), which the function's own may override; {@code AWS_EXECUTION_ENV}
 *     is in it where AWS sets it
 * @param canPrepare whether {@code command} understands the prepared start: with {@code
 *     CLOISTER_PREPARED=1} it loads all it can, then asks {@code GET
 *     /cloister/2026-01-01/assignment} on the Runtime API's address for its function's environment
 */
public record RuntimeImage(
        ManagedRuntime runtime,
        String version,
        String versionSha,
        Path file,
        List<String> command,
        Map<String, String> environment,
        boolean canPrepare) {
    public RuntimeImage {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * Variables that an interpreter, the loader or the launcher reads only when the process starts:
     * a function that sets one of these (to another value than {@link #environment} has) can't take
     * a prepared process and needs a plain start. Names ending in {@code *} stand for every name
     * with that beginning.
     */
    public static Set<String> variablesReadAtStart() {
        return StartVariables.NAMES;
    }

    /** Whether a variable's name is one of {@link #variablesReadAtStart()}. */
    public static boolean isReadAtStart(String variable) {
        return StartVariables.contains(variable);
    }

    /**
     * Variables whose value must be in a prepared process's environment from its start and equal
     * that of the function assigned to it: a Java virtual machine's and V8's heap limits are fixed
     * when they start. Prepared processes are therefore kept by the values of these variables; one
     * that gets another value starts itself anew, which is correct but slow.
     */
    public Set<String> variablesFixedWhenPrepared() {
        return switch (runtime.family()) {
            case JAVA -> Set.of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
            case PYTHON, NODEJS, RUBY, PROVIDED -> Set.of();
        };
    }
}
