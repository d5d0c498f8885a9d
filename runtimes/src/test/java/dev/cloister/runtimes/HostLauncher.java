package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a bootstrap with the host's interpreter. */
final class HostLauncher implements Launcher {
    private final List<String> command;

    private HostLauncher(List<String> command) {
        this.command = command;
    }

    static Optional<Launcher> python() {
        return interpreter("python3").map(each -> of(each, "python/bootstrap.py"));
    }

    static Optional<Launcher> node() {
        return interpreter("node").map(each -> of(each, "nodejs/bootstrap.js"));
    }

    static Optional<Launcher> ruby() {
        return interpreter("ruby").map(each -> of(each, "ruby/bootstrap.rb"));
    }

    static Launcher java() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new HostLauncher(
                List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        shipped("java/bootstrap.jar").toString()));
    }

    private static Optional<Path> interpreter(String name) {
        return HostTools.onPath().find(name);
    }

    private static Launcher of(Path interpreter, String resource) {
        return new HostLauncher(List.of(interpreter.toString(), shipped(resource).toString()));
    }

    static Path shipped(String resource) {
        Path file = Path.of("target/classes/dev/cloister/runtimes", resource).toAbsolutePath();
        if (!Files.exists(file)) {
            throw new AssertionError(file + " has not been built");
        }
        return file;
    }

    @Override
    public Process start(Path task, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
        builder.redirectErrorStream(true);
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("PYTHON"));
        all.put("LANG", "C.UTF-8");
        all.put("LAMBDA_TASK_ROOT", task.toString());
        all.putAll(environment);
        return builder.start();
    }
}
