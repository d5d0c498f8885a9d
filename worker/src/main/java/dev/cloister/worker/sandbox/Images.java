package dev.cloister.worker.sandbox;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.linux.Errno;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.LoopDevices;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Mounted erofs images, each mounted once however many sandboxes show it. Thread-safe.
 *
 * <p>Root images are mounted from where they are and stay. A version's code is decrypted onto the
 * scratch volume, and is there only while some sandbox uses it.
 */
final class Images implements AutoCloseable {
    private static final int FLAGS = Mounts.READ_ONLY | Mounts.NO_SUID | Mounts.NO_DEV;
    private static final int ENOTBLK = 15;

    private final NamespaceThreads threads;
    private final RunFolder run;
    private final Scratch scratch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Path> roots = new HashMap<>();
    private final Map<String, Code> codes = new HashMap<>();
    private long numbers;

    Images(NamespaceThreads threads, RunFolder run, Scratch scratch) {
        this.threads = threads;
        this.run = run;
        this.scratch = scratch;
        run.makeFolder("roots");
        run.makeFolder("code");
    }

    Scratch scratch() {
        return scratch;
    }

    /** Where a root image is mounted, as the mount threads name it. */
    Path root(Path image) {
        lock.lock();
        try {
            Path known = roots.get(image);
            if (known != null) {
                return known;
            }
            String name = "r" + ++numbers;
            run.makeFolder("roots", name);
            Path place = run.inside("roots", name);
            try {
                threads.runInMounts(() -> mountErofs(image.toAbsolutePath(), place));
            } catch (LinuxException e) {
                run.delete("roots", name);
                throw new SandboxException("Mounting the root image " + image + " failed", e);
            }
            roots.put(image, place);
            return place;
        } finally {
            lock.unlock();
        }
    }

    /** Mounts an erofs file; kernels that can't read it from the file get a loop device. */
    static void mountErofs(Path image, Path place) {
        try {
            Mounts.mount(image.toString(), place, "erofs", FLAGS, "");
        } catch (LinuxException e) {
            if (e.errno() != ENOTBLK && e.errno() != Errno.EINVAL) {
                throw e;
            }
            try (Fd file = Fd.open(image.toString(), Fd.O_RDONLY);
                    LoopDevices.Device device =
                            LoopDevices.attach(
                                    file, "cloister-image", LoopDevices.Mode.READ_ONLY)) {
                Mounts.mount(device.path(), place, "erofs", FLAGS, "");
            }
        }
        Mounts.makePrivate(place);
    }

    /** One version's code while sandboxes use it. */
    private static final class Code {
        private final ReentrantLock mounting = new ReentrantLock();
        private int users;
        private boolean mounted;
    }

    /**
     * A sandbox's use of a version's code.
     *
     * @param place where it is mounted, as the mount threads name it
     */
    record CodeUse(Path place, Runnable end) {}

    /** Mounts a version's code or shares the mount that there is; the caller ends its use once. */
    CodeUse use(CodeImage image) throws IOException {
        String digest = image.digest();
        if (!digest.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,199}")) {
            throw new IOException("Not a digest: " + digest);
        }
        Code code;
        lock.lock();
        try {
            code = codes.computeIfAbsent(digest, key -> new Code());
            code.users++;
        } finally {
            lock.unlock();
        }
        try {
            Path place = mount(digest, code, image);
            return new CodeUse(place, () -> leave(digest, code));
        } catch (IOException | RuntimeException e) {
            leave(digest, code);
            throw e;
        }
    }

    private Path mount(String digest, Code code, CodeImage image) throws IOException {
        code.mounting.lock();
        try {
            Path place = run.inside("code", digest);
            if (!code.mounted) {
                Path file = scratch.imagesFolder().resolve(digest);
                try (InputStream in = image.open()) {
                    Files.copy(in, file);
                } catch (IOException e) {
                    // What did not verify must not stay.
                    Files.deleteIfExists(file);
                    throw e;
                }
                run.makeFolder("code", digest);
                threads.runInMounts(() -> mountErofs(file, place));
                code.mounted = true;
            }
            return place;
        } finally {
            code.mounting.unlock();
        }
    }

    private void leave(String digest, Code code) {
        lock.lock();
        try {
            if (--code.users > 0) {
                return;
            }
            codes.remove(digest);
            // Under the lock: nobody may begin to mount this digest anew before it is gone.
            if (code.mounted) {
                threads.runInMounts(() -> EncryptedScratch.unmount(run.inside("code", digest)));
            }
            run.delete("code", digest);
            Files.deleteIfExists(scratch.imagesFolder().resolve(digest));
        } catch (IOException e) {
            throw new SandboxException("Deleting decrypted code failed", e);
        } finally {
            lock.unlock();
        }
    }

    /** Unmounts the root images; no sandbox may exist any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            for (Path place : roots.values()) {
                threads.runInMounts(() -> EncryptedScratch.unmount(place));
            }
            roots.clear();
        } finally {
            lock.unlock();
        }
    }
}
