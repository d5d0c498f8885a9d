package dev.cloister.worker.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The number of a block device, as the kernel's files name it: {@code major:minor}. */
public record BlockDevice(long major, long minor) {

    /** The device that a mounted file system is on. */
    public static BlockDevice below(Path place) throws IOException {
        long number = (long) Files.getAttribute(place, "unix:dev");
        // gnu_dev_major and gnu_dev_minor, makedev(3)
        long major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
        long minor = (number & 0xff) | (number >>> 12 & ~0xffL);
        return new BlockDevice(major, minor & 0xffffffffL);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
