package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.BlockDevice;
import dev.cloister.worker.linux.Errno;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.Fscrypt;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.LoopDevices;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Scratch space on disk, every file encrypted with a key that exists only in the kernel's memory
 * (fscrypt), one key to each {@code /tmp}.
 *
 * <p>One sparse file holds an ext4 volume; it is unlinked as soon as it is mounted, so nothing of
 * it outlives this process. In it, an encrypted folder for each {@code /tmp} holds a file system
 * image of the size asked for, mounted in its turn: that is the size limit.
 */
final class EncryptedScratch implements Scratch {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int FLAGS = Mounts.NO_SUID | Mounts.NO_DEV | Mounts.NO_ATIME;
    static final String FILE_NAME = "scratch.img";

    private final NamespaceThreads threads;
    private final Reactor reactor;
    private final RunFolder run;
    private final Fd top;
    private final Fscrypt.Key imagesKey;
    private final Map<Integer, Ext4Template> templates = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /**
     * @throws LinuxException if this host can't do it
     */
    EncryptedScratch(
            NamespaceThreads threads, Reactor reactor, RunFolder run, SandboxSettings settings) {
        this.threads = threads;
        this.reactor = reactor;
        this.run = run;
        run.makeFolder("tmp");
        run.makeFolder("scratch");
        Path file = settings.scratchFolder().resolve(FILE_NAME);
        makeVolume(file, settings.scratchBytes());
        this.top = threads.inMounts(() -> mountVolume(file, settings.identity()));
        try {
            this.imagesKey = Fscrypt.addRandomKey(top);
            Files.createDirectory(view("images"));
            Fscrypt.encrypt(view("images"), imagesKey);
        } catch (IOException e) {
            unmountVolume();
            throw new SandboxException("Preparing the scratch volume failed", e);
        } catch (LinuxException e) {
            unmountVolume();
            throw e;
        }
    }

    private void makeVolume(Path file, long bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
                made.setLength(bytes);
            }
        } catch (IOException e) {
            throw new SandboxException("Making the scratch volume " + file + " failed", e);
        }
        String mkfs =
                Tool.find("mkfs.ext4")
                        .orElseThrow(() -> new SandboxException("mkfs.ext4 is missing"))
                        .toString();
        Tool.run(
                reactor,
                List.of(
                        mkfs,
                        "-q",
                        "-F",
                        "-m",
                        "0",
                        "-O",
                        "encrypt,^has_journal,^resize_inode",
                        "-E",
                        "lazy_itable_init=1,nodiscard",
                        file.toString()),
                "",
                LIMIT);
    }

    private Fd mountVolume(Path file, String identity) {
        try (Fd source = Fd.open(file.toString(), Fd.O_RDWR);
                LoopDevices.Device device =
                        LoopDevices.attach(
                                source, "cloister-" + identity, LoopDevices.Mode.DIRECT)) {
            Path place = run.inside("scratch");
            Mounts.mount(device.path(), place, "ext4", FLAGS, "noinit_itable,nobarrier,discard");
            Mounts.makePrivate(place);
            Files.delete(file);
            return Fd.open(place.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY);
        } catch (IOException e) {
            throw new SandboxException("Deleting the name of " + file + " failed", e);
        }
    }

    private Path view(String name) {
        return Path.of(top.path().toString(), name);
    }

    @Override
    public Path imagesFolder() {
        return view("images");
    }

    @Override
    public Path imagesInside() {
        return run.inside("scratch", "images");
    }

    @Override
    public Volume newVolume(int megabytes) {
        Ext4Template template =
                templates.computeIfAbsent(
                        megabytes, size -> Ext4Template.make(threads, reactor, run, size));
        String name = "t" + numbers.incrementAndGet();
        Fscrypt.Key key = Fscrypt.addRandomKey(top);
        EncryptedVolume volume = new EncryptedVolume(name, run.inside("tmp", name), megabytes, key);
        try {
            Path folder = Files.createDirectory(view(name));
            Fscrypt.encrypt(folder, key);
            template.writeTo(folder.resolve("tmp.img"));
            run.makeFolder("tmp", name);
            threads.runInMounts(() -> mountImage(folder.resolve("tmp.img"), volume.place()));
            return volume;
        } catch (IOException e) {
            volume.close();
            throw new SandboxException("Making a /tmp of " + megabytes + " MB failed", e);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    private static void mountImage(Path image, Path place) {
        try (Fd file = Fd.open(image.toString(), Fd.O_RDWR);
                LoopDevices.Device device =
                        LoopDevices.attach(file, "cloister-tmp", LoopDevices.Mode.READ_WRITE)) {
            Mounts.mount(device.path(), place, "ext4", FLAGS, "noinit_itable,nobarrier");
            Mounts.makePrivate(place);
        }
    }

    @Override
    public void close() {
        removeKey(imagesKey, view("images"));
        unmountVolume();
    }

    private void unmountVolume() {
        top.close();
        threads.runInMounts(() -> unmount(run.inside("scratch")));
    }

    /** Unmounts; a sandbox that has just ended may hold it for a moment. */
    static void unmount(Path place) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Mounts.unmount(place);
                return;
            } catch (LinuxException e) {
                if (e.errno() != Errno.EBUSY || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Deletes the files and destroys the key, and waits until nothing is open any more. */
    private void removeKey(Fscrypt.Key key, Path folder) {
        RunFolder.delete(folder);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Fscrypt.removeKey(top, key)) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException(
                        "Files of the encrypted folder "
                                + folder.getFileName()
                                + " are still open "
                                + PATIENCE.toSeconds()
                                + " s after the last process has ended");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private final class EncryptedVolume implements Volume {
        private final String name;
        private final Path place;
        private final int megabytes;
        private final Fscrypt.Key key;

        EncryptedVolume(String name, Path place, int megabytes, Fscrypt.Key key) {
            this.name = name;
            this.place = place;
            this.megabytes = megabytes;
            this.key = key;
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
            Path seen = run.view("tmp", name);
            try {
                return Optional.of(BlockDevice.below(seen));
            } catch (IOException e) {
                throw new SandboxException("Finding the device of " + place + " failed", e);
            }
        }

        @Override
        public void close() {
            threads.runInMounts(
                    () -> {
                        try {
                            unmount(place);
                        } catch (LinuxException e) {
                            // Not mounted: making it failed half way.
                            if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                                throw e;
                            }
                        }
                    });
            run.delete("tmp", name);
            removeKey(key, view(name));
        }
    }
}
