package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LoopDevices;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An empty ext4 file system of one size, kept as its few written blocks, so that a new one is a
 * sparse file and some kilobytes of writing instead of a run of mkfs.
 */
final class Ext4Template {
    private static final int BLOCK = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final long bytes;
    private final List<Block> blocks;

    /** A block that is not all zeros. */
    private record Block(long offset, ByteBuffer content) {}

    private Ext4Template(long bytes, List<Block> blocks) {
        this.bytes = bytes;
        this.blocks = blocks;
    }

    static Ext4Template make(
            NamespaceThreads threads, Reactor reactor, RunFolder run, int megabytes) {
        String name = "template-" + megabytes;
        Path file = run.view(name);
        long bytes = megabytes * 1024L * 1024L;
        try {
            try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
                made.setLength(bytes);
            }
            String mkfs =
                    Tool.find("mkfs.ext4")
                            .orElseThrow(() -> new SandboxException("mkfs.ext4 is missing"))
                            .toString();
            List<String> command =
                    List.of(
                            mkfs,
                            "-q",
                            "-F",
                            "-m",
                            "0",
                            "-b",
                            "4096",
                            "-O",
                            "^has_journal,^resize_inode",
                            "-E",
                            "lazy_itable_init=1,nodiscard",
                            run.inside(name).toString());
            threads.inMounts(() -> Tool.run(reactor, command, "", LIMIT));
            threads.runInMounts(() -> openToAll(run, name));
            return new Ext4Template(bytes, read(file));
        } catch (IOException e) {
            throw new SandboxException("Making a file system of " + megabytes + " MB failed", e);
        } finally {
            run.delete(name);
        }
    }

    /** Makes its root a /tmp: mode 1777 and empty. */
    private static void openToAll(RunFolder run, String name) {
        run.makeFolder(name + ".d");
        Path place = run.inside(name + ".d");
        try (Fd file = Fd.open(run.inside(name).toString(), Fd.O_RDWR);
                LoopDevices.Device device =
                        LoopDevices.attach(file, "cloister", LoopDevices.Mode.READ_WRITE)) {
            Mounts.mount(
                    device.path(), place, "ext4", Mounts.NO_SUID | Mounts.NO_DEV, "noinit_itable");
            try {
                Files.setAttribute(place, "unix:mode", 01777);
                Files.deleteIfExists(place.resolve("lost+found"));
            } finally {
                Mounts.unmount(place);
            }
        } catch (IOException e) {
            throw new SandboxException("Preparing a file system for /tmp failed", e);
        } finally {
            run.delete(name + ".d");
        }
    }

    private static List<Block> read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (FileChannel in = FileChannel.open(file)) {
            ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
            ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
            for (long offset = 0; offset < in.size(); offset += BLOCK) {
                buffer.clear();
                in.read(buffer, offset);
                buffer.flip();
                if (!buffer.equals(zeros)) {
                    ByteBuffer copy = ByteBuffer.allocate(BLOCK).put(buffer).flip();
                    blocks.add(new Block(offset, copy.asReadOnlyBuffer()));
                }
            }
        }
        return List.copyOf(blocks);
    }

    /** Makes a file with the empty file system in it. */
    void writeTo(Path file) throws IOException {
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(bytes);
            FileChannel out = made.getChannel();
            for (Block block : blocks) {
                out.write(block.content().duplicate(), block.offset());
            }
        }
    }
}
