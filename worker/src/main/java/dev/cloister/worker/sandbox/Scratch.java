package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.BlockDevice;
import java.nio.file.Path;
import java.util.Optional;

/** Where {@code /tmp}s and decrypted code live; gone for good when closed. Thread-safe. */
sealed interface Scratch extends AutoCloseable permits EncryptedScratch, MemoryScratch {

    /** An empty {@code /tmp}, mounted, writable by everybody, not yet seen by any sandbox. */
    Volume newVolume(int megabytes);

    /** A folder for decrypted images, as this process's threads name it. */
    Path imagesFolder();

    /** The same folder as the mount threads, and the programs that they start, name it. */
    Path imagesInside();

    @Override
    void close();

    /** One {@code /tmp}. */
    interface Volume extends AutoCloseable {

        /** Where it is mounted, as the mount threads name it. */
        Path place();

        int megabytes();

        /** The block device that it is on; none where it is in memory. */
        Optional<BlockDevice> device();

        /** Unmounts it and destroys its key; waits for that. */
        @Override
        void close();
    }
}
