package dev.cloister.worker.sandbox;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a sandbox shows of its function version: the code at {@code /var/task}, the layers at {@code
 * /opt}. Both may come while a process runs: they find their way in through a folder that the
 * process's mount namespace follows. Guarded by its sandbox's lock.
 */
final class VersionMounts {
    /** Below a sandbox's folder: what it shows at {@code /var/task} and at {@code /opt}. */
    private static final String CODE = "code";

    private static final String LAYERS = "opt";
    private static final String TASKS = "task";

    private final Shared shared;
    private final String id;
    private final Path folder;
    private Optional<Images.CodeUse> code = Optional.empty();
    private Optional<Images.CodeUse> layers = Optional.empty();
    private boolean showsLayers;

    VersionMounts(Shared shared, String id) {
        this.shared = shared;
        this.id = id;
        this.folder = shared.run().inside(TASKS, id);
        shared.run().makeFolder(TASKS, id);
        // The dynamic loader never looks again into a folder of LD_LIBRARY_PATH that was not there
        // when it looked first (glibc, elf/dl-load.c): a prepared runtime has to find these two.
        for (String shown : List.of(CODE, LAYERS)) {
            shared.run().makeFolder(TASKS, id, shown);
            shared.run().makeFolder(TASKS, id, shown, "lib");
        }
        shared.threads()
                .runInMounts(
                        () -> {
                            Mounts.bind(folder, folder, 0);
                            Mounts.share(folder);
                        });
    }

    void mountCode(CodeImage image) throws IOException {
        if (code.isPresent()) {
            throw new SandboxException("Sandbox " + id + " has its code already");
        }
        code = Optional.of(mount(image, CODE));
    }

    /** While no process runs, or one that follows what comes to {@code /opt}. */
    void mountLayers(CodeImage image, Optional<OciProcess> running) throws IOException {
        if (layers.isPresent()) {
            throw new SandboxException("Sandbox " + id + " has its layers already");
        }
        if (running.isPresent() && !showsLayers) {
            throw new SandboxException(
                    "The process of sandbox " + id + " was started without layers");
        }
        layers = Optional.of(mount(image, LAYERS));
    }

    private Images.CodeUse mount(CodeImage image, String name) throws IOException {
        Images.CodeUse use = shared.images().use(image);
        try {
            shared.threads().runInMounts(() -> Mounts.bind(use.place(), folder.resolve(name), 0));
        } catch (LinuxException e) {
            use.end().run();
            throw new SandboxException("Mounting " + name + " in sandbox " + id + " failed", e);
        }
        return use;
    }

    /** What a process that is started now shows. */
    List<OciBundle.Show> shows() {
        List<OciBundle.Show> shows = new ArrayList<>();
        shows.add(new OciBundle.Show(folder.resolve(CODE), "/var/task", false, true));
        // A function without layers is spared the mount; who has no code yet may get some.
        showsLayers = layers.isPresent() || code.isEmpty();
        if (showsLayers) {
            shows.add(new OciBundle.Show(folder.resolve(LAYERS), "/opt", false, true));
        }
        return shows;
    }

    /** Unmounts what the sandbox shows; nothing may run in it any more. */
    void unmount() {
        shared.threads()
                .runInMounts(
                        () -> {
                            if (code.isPresent()) {
                                Mounts.detach(folder.resolve(CODE));
                            }
                            if (layers.isPresent()) {
                                Mounts.detach(folder.resolve(LAYERS));
                            }
                            Mounts.detach(folder);
                        });
        shared.run().delete(TASKS, id);
    }

    /** Lets go of the images; once, after {@link #unmount}. */
    List<Runnable> ends() {
        List<Runnable> ends = new ArrayList<>();
        code.ifPresent(use -> ends.add(use.end()));
        layers.ifPresent(use -> ends.add(use.end()));
        return ends;
    }
}
