package dev.cloister.worker.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of an OCI runtime.
 *
 * @param program its absolute path
 * @param root the folder of its state, as the mount threads name it
 * @param cgroupsByUs whether it can be told to leave control groups alone (crun can)
 * @param traceless whether it leaves nothing of a process that has ended but its state's folder and
 *     cgroup; others (runsc, kata) have helper processes, and must be told to delete
 */
record OciRuntime(Path program, Path root, boolean cgroupsByUs, boolean traceless) {
    static final Duration LIMIT = Duration.ofSeconds(20);

    static OciRuntime of(Path program, Path root) {
        String name = program.getFileName().toString();
        boolean crun = name.equals("crun");
        return new OciRuntime(program, root, crun, crun || name.equals("runc"));
    }

    /** Sets a sandbox up as far as its main process's first instruction. */
    List<String> create(String id, Path bundle) {
        return command(
                bundle,
                "create",
                "--bundle",
                bundle.toString(),
                "--pid-file",
                bundle.resolve("pid").toString(),
                id);
    }

    /** Lets the main process run. */
    List<String> start(String id, Path bundle) {
        return command(bundle, "start", id);
    }

    /** Forgets a sandbox and removes what the runtime made for it. */
    List<String> delete(String id, Path bundle) {
        return command(bundle, "delete", "--force", id);
    }

    private List<String> command(Path bundle, String... rest) {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "--root", root.toString()));
        command.addAll(List.of("--log", bundle.resolve("log").toString()));
        if (cgroupsByUs) {
            command.add("--cgroup-manager=disabled");
        }
        command.addAll(List.of(rest));
        return List.copyOf(command);
    }
}
