package dev.cloister.server.command;

import dev.cloister.server.admin.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A status as text for people. */
record StatusTable(Status status) {
    private static final double MEBIBYTE = 1024 * 1024;

    String text() {
        StringBuilder text = new StringBuilder();
        server(text);
        functions(text);
        environments(text);
        for (Status.WorkerHost worker : status.workers()) {
            text.append(
                    "worker     %s, %s, isolation %s, %s%n"
                            .formatted(
                                    worker.name(),
                                    String.join(", ", worker.architectures()),
                                    worker.isolation(),
                                    count(worker.environments(), "environment")));
        }
        for (Status.Queue queue : status.queues()) {
            text.append("queue      %s, %d waiting%n".formatted(queue.name(), queue.waiting()));
        }
        return text.toString();
    }

    private void server(StringBuilder text) {
        Duration running = Duration.between(status.startedAt(), Instant.now());
        text.append(
                "server     %s, process %d, for %s%n"
                        .formatted(status.endpoint(), status.process().id(), inWords(running)));
        text.append("account    %s, %s%n".formatted(status.account(), status.region()));
        text.append(
                "memory     %.0f MiB resident, of which heap %.0f MiB%n"
                        .formatted(
                                status.process().residentBytes() / MEBIBYTE,
                                status.process().heapUsedBytes() / MEBIBYTE));
    }

    private void functions(StringBuilder text) {
        text.append("functions  %s%n".formatted(count(status.functions().size(), "version")));
        for (Status.FunctionVersion function : status.functions()) {
            text.append(
                    "  %-40s %-14s %6d MB  %s%n"
                            .formatted(
                                    function.name() + ":" + function.version(),
                                    function.runtime(),
                                    function.memoryMegabytes(),
                                    function.state()));
        }
    }

    private void environments(StringBuilder text) {
        List<Status.Environment> environments = status.environments();
        Map<String, Long> byState =
                environments.stream()
                        .collect(
                                Collectors.groupingBy(
                                        environment -> environment.state().toLowerCase(Locale.ROOT),
                                        TreeMap::new,
                                        Collectors.counting()));
        double memory = environments.stream().mapToLong(Status.Environment::memoryBytes).sum();
        text.append(
                "environments  %d, %.0f MiB%s%n"
                        .formatted(
                                environments.size(),
                                memory / MEBIBYTE,
                                byState.entrySet().stream()
                                        .map(
                                                state ->
                                                        ", %d %s"
                                                                .formatted(
                                                                        state.getValue(),
                                                                        state.getKey()))
                                        .collect(Collectors.joining())));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String inWords(Duration duration) {
        if (duration.toMinutes() < 1) {
            return duration.toSeconds() + " s";
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + " min";
        }
        return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
}
