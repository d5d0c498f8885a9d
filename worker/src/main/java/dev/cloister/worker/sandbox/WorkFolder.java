package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Spawn;
import dev.cloister.worker.linux.Tool;
import dev.cloister.worker.linux.WaitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder of the encrypted scratch volume for the platform's own work on customers' code in clear,
 * such as unpacking an archive. Thread-safe.
 *
 * <p>It is mounted where only this process's mount threads see it, so a program that is to work in
 * it has to be started by {@link #run}.
 */
public final class WorkFolder {
    private static final int OUTPUT_LIMIT = 4096;

    private final NamespaceThreads threads;
    private final Reactor reactor;
    private final Path view;
    private final Path inside;

    WorkFolder(NamespaceThreads threads, Reactor reactor, Path view, Path inside) {
        this.threads = threads;
        this.reactor = reactor;
        this.view = view;
        this.inside = inside;
    }

    /** As this process names it. */
    public Path path() {
        return view;
    }

    /**
     * Runs a program to its end, with an empty environment.
     *
     * @param program absolute
     * @param arguments those that are paths below {@link #path} are named as the program sees them
     * @throws IOException if it fails or takes longer than the limit, with what it printed
     */
    public void run(Path program, List<Argument> arguments, Duration limit) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        arguments.forEach(argument -> command.add(asProgramsSee(argument)));
        try (Fd in = Fd.memory("input");
                Fd out = Fd.memory("output")) {
            Spawn.Child child =
                    threads.inMounts(() -> Spawn.start(command, Map.of(), in, out, out));
            WaitStatus status = Tool.run(reactor, child, program.toString(), limit);
            if (!(status instanceof WaitStatus.Exited(int code) && code == 0)) {
                String said = new String(out.readAll(OUTPUT_LIMIT), StandardCharsets.UTF_8);
                throw new IOException(program + " failed (" + status + "): " + said.strip());
            }
        } catch (LinuxException e) {
            throw new IOException("running " + program + " in the work folder", e);
        }
    }

    private String asProgramsSee(Argument argument) {
        return switch (argument) {
            case Argument.Word(String text) -> text;
            case Argument.File(Path file) -> inside.resolve(view.relativize(file)).toString();
        };
    }

    /** An argument of a program. */
    public sealed interface Argument {
        /** Passed on as it is. */
        record Word(String text) implements Argument {}

        /** A path below the work folder. */
        record File(Path file) implements Argument {}
    }
}
