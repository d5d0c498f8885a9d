package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Files as block devices (loop(4)), each gone when its last user is. */
public final class LoopDevices {
    private static final long LOOP_CTL_GET_FREE = 0x4C82;
    private static final long LOOP_CONFIGURE = 0x4C0A;
    private static final int LO_FLAGS_READ_ONLY = 1;
    private static final int LO_FLAGS_AUTOCLEAR = 4;
    private static final int LO_FLAGS_DIRECT_IO = 16;
    private static final int FLAGS_OFFSET = 8 + 52;
    private static final int NAME_OFFSET = 8 + 56;
    private static final int CONFIG_SIZE = 304;
    private static final int ATTEMPTS = 100;

    private LoopDevices() {}

    /** How the device uses its file. */
    public enum Mode {
        READ_ONLY,
        READ_WRITE,
        /** Past the page cache of the file's file system, where that can do it. */
        DIRECT
    }

    /**
     * An attached device.
     *
     * @param path for example {@code /dev/loop7}
     * @param fd keeps it attached; close it when the device has been mounted
     */
    public record Device(String path, Fd fd) implements AutoCloseable {
        @Override
        public void close() {
            fd.close();
        }
    }

    /**
     * Attaches a file to a free device.
     *
     * @param name shown by losetup(8), up to 63 bytes
     */
    public static Device attach(Fd file, String name, Mode mode) {
        try (Fd control = Fd.open("/dev/loop-control", Fd.O_RDWR)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long number = control.ioctl("Find a free loop device", LOOP_CTL_GET_FREE, 0);
                Device device = open("/dev/loop" + number, mode);
                try {
                    configure(device, file, name, mode);
                    return device;
                } catch (LinuxException e) {
                    device.close();
                    if (e.errno() == Errno.EINVAL && mode == Mode.DIRECT) {
                        return attach(file, name, Mode.READ_WRITE);
                    }
                    // EBUSY: another process took the device between the two calls.
                    if (e.errno() != Errno.EBUSY) {
                        throw e;
                    }
                }
            }
        }
        throw new LinuxException("No free loop device after " + ATTEMPTS + " attempts");
    }

    private static Device open(String path, Mode mode) {
        return new Device(path, Fd.open(path, mode == Mode.READ_ONLY ? Fd.O_RDONLY : Fd.O_RDWR));
    }

    private static void configure(Device device, Fd file, String name, Mode mode) {
        // SAFETY: one struct loop_config (linux/loop.h): fd, block_size, loop_info64, reserved.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_SIZE, 8);
            config.set(ValueLayout.JAVA_INT, 0, file.number());
            int flags =
                    switch (mode) {
                        case READ_ONLY -> LO_FLAGS_AUTOCLEAR | LO_FLAGS_READ_ONLY;
                        case READ_WRITE -> LO_FLAGS_AUTOCLEAR;
                        case DIRECT -> LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
                    };
            config.set(ValueLayout.JAVA_INT, FLAGS_OFFSET, flags);
            byte[] label = name.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(
                    label,
                    0,
                    config,
                    ValueLayout.JAVA_BYTE,
                    NAME_OFFSET,
                    Math.min(label.length, 63));
            device.fd().ioctl("Attach a file to " + device.path(), LOOP_CONFIGURE, config);
        }
    }
}
