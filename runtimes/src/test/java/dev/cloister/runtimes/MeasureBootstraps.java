package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Prints, for each language's image: plain start to first response, assignment of a prepared
 * process to first response, and echo invocations a second. {@code MeasureBootstraps <folder>}.
 */
final class MeasureBootstraps {
    private static final int INVOCATIONS = 10_000;
    private static final int STARTS = 7;

    private MeasureBootstraps() {}

    public static void main(String[] arguments) throws Exception {
        DebianRuntimeImages images =
                new DebianRuntimeImages(
                        Path.of(arguments[0]), new StandardRuntimeCatalog(), HostTools.onPath());
        Path folder = Files.createTempDirectory("measure");
        Path task = functions(folder);
        System.out.printf(
                "%-12s %12s %15s %10s%n", "runtime", "start ms", "assignment ms", "echo/s");
        for (var each :
                List.of(
                        Map.entry("python3.11", "app.handler"),
                        Map.entry("python3.13", "app.handler"),
                        Map.entry("nodejs20.x", "app.handler"),
                        Map.entry("nodejs22.x", "app.handler"),
                        Map.entry("java21", "example.App"),
                        Map.entry("java25", "example.App"),
                        Map.entry("ruby3.3", "app.handler"))) {
            RuntimeImage image = images.ensure(each.getKey(), System.out::println);
            Launcher launcher = new ImageLauncher(image, folder.resolve(each.getKey()));
            double start = 1e9;
            double assignment = 1e9;
            for (int i = 0; i < STARTS; i++) {
                long before = System.nanoTime();
                try (RunningFunction plain = new RunningFunction(launcher, task, each.getValue())) {
                    plain.invoke("{\"a\":1}");
                    start = Math.min(start, (System.nanoTime() - before) / 1e6);
                }
                try (RunningFunction prepared =
                        RunningFunction.prepared(
                                launcher,
                                task,
                                each.getValue(),
                                Map.of("LAMBDA_TASK_ROOT", "/var/task"),
                                Map.of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"))) {
                    prepared.invoke("{\"a\":1}");
                    assignment =
                            Math.min(
                                    assignment,
                                    (System.nanoTime() - prepared.assignedNanos()) / 1e6);
                }
            }
            System.out.printf(
                    "%-12s %12.1f %15.1f %10.0f%n",
                    each.getKey(), start, assignment, throughput(launcher, task, each.getValue()));
        }
    }

    private static double throughput(Launcher launcher, Path task, String handler)
            throws IOException, InterruptedException {
        try (RunningFunction function = new RunningFunction(launcher, task, handler)) {
            function.invokeMany(INVOCATIONS / 5, "{\"a\":1}");
            long before = System.nanoTime();
            function.invokeMany(INVOCATIONS, "{\"a\":1}");
            return INVOCATIONS / ((System.nanoTime() - before) / 1e9);
        }
    }

    private static Path functions(Path folder) throws IOException {
        Path task = Files.createDirectory(folder.resolve("task"));
        Files.writeString(
                task.resolve("app.py"), "def handler(event, context):\n    return event\n");
        Files.writeString(task.resolve("app.js"), "exports.handler = async (event) => event;\n");
        Files.writeString(task.resolve("app.rb"), "def handler(event:, context:)\n  event\nend\n");
        JavaSources.compile(
                task,
                """
                package example;
                import com.amazonaws.services.lambda.runtime.*;
                import java.util.Map;
                public class App implements RequestHandler<Map<String, Object>, Object> {
                    public Object handleRequest(Map<String, Object> event, Context context) {
                        return event;
                    }
                }
                """);
        return task;
    }
}
