package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.BlockDevice;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scratch space in memory, for hosts without fscrypt or loop devices: nothing reaches a disk, but
 * what a function writes to {@code /tmp} counts against its memory.
 */
final class MemoryScratch implements Scratch {
    private final NamespaceThreads threads;
    private final RunFolder run;
    private final AtomicLong numbers = new AtomicLong();

    MemoryScratch(NamespaceThreads threads, RunFolder run) {
        this.threads = threads;
        this.run = run;
        run.makeFolder("tmp");
        run.makeFolder("images");
    }

    @Override
    public Volume newVolume(int megabytes) {
        String name = "m" + numbers.incrementAndGet();
        run.makeFolder("tmp", name);
        Path place = run.inside("tmp", name);
        String options = "mode=1777,size=" + megabytes + "m";
        threads.runInMounts(() -> mount(place, options));
        return new MemoryVolume(name, place, megabytes);
    }

    private static void mount(Path place, String options) {
        int flags = Mounts.NO_SUID | Mounts.NO_DEV;
        try {
            Mounts.mount("tmp", place, "tmpfs", flags, options + ",noswap");
        } catch (LinuxException e) {
            // Before Linux 6.4 there is no noswap; the sandbox's cgroup forbids swap all the same.
            Mounts.mount("tmp", place, "tmpfs", flags, options);
        }
        Mounts.makePrivate(place);
    }

    @Override
    public Path imagesFolder() {
        return run.view("images");
    }

    @Override
    public Path imagesInside() {
        return run.inside("images");
    }

    @Override
    public void close() {
        run.delete("images");
    }

    private final class MemoryVolume implements Volume {
        private final String name;
        private final Path place;
        private final int megabytes;

        MemoryVolume(String name, Path place, int megabytes) {
            this.name = name;
            this.place = place;
            this.megabytes = megabytes;
        }

        @Override
        public Path place() {
            return place;
        }

        @Override
        public int megabytes() {
            return megabytes;
        }

        @Override
        public Optional<BlockDevice> device() {
            return Optional.empty();
        }

        @Override
        public void close() {
            threads.runInMounts(() -> Mounts.detach(place));
            run.delete("tmp", name);
        }
    }
}
