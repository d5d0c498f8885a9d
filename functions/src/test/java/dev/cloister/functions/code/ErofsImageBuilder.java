package dev.cloister.functions.code;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs {@code mkfs.erofs} where every program sees the work folder, unlike in the product. */
final class ErofsImageBuilder implements ImageBuilder {
    private static final int MAX_OUTPUT = 4096;

    private final Path program;
    private final Duration limit;

    /**
     * @param program for example {@code /usr/bin/mkfs.erofs}
     * @param limit how long one image may take; the process is killed after it
     */
    ErofsImageBuilder(Path program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    @Override
    public void build(Path folder, Path image) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(ErofsCommand.OPTIONS);
        command.addAll(List.of(image.toString(), folder.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            FutureTask<String> output = new FutureTask<>(() -> head(process.getInputStream()));
            Thread.ofVirtual().start(output);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(program + " did not end within " + limit);
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        program + " ended with " + process.exitValue() + ": " + text(output));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(FutureTask<String> output) throws InterruptedException {
        try {
            return output.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "(its output can't be read: " + e + ")";
        }
    }

    /** The first part of the output; the rest is read and dropped, so that nobody blocks. */
    private static String head(InputStream in) throws IOException {
        byte[] start = in.readNBytes(MAX_OUTPUT);
        in.transferTo(java.io.OutputStream.nullOutputStream());
        return new String(start, StandardCharsets.UTF_8).strip();
    }
}
