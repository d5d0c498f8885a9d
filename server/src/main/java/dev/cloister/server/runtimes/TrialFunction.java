package dev.cloister.server.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * The function of the product's own that a runtime is tried with.
 *
 * @param handler as in CreateFunction
 */
record TrialFunction(String handler, InputStream archive) {
    /** The oldest Java that there is a managed runtime of. */
    private static final String JAVA_RELEASE = "21";

    /** A bootstrap has to be. */
    private static final int EXECUTABLE = 0100755;

    /**
     * @throws IOException if it can't be made; the message says what this installation lacks
     */
    static TrialFunction of(Family family) throws IOException {
        return switch (family) {
            case PYTHON -> new TrialFunction("trial.handler", zip("trial.py", read("trial.py")));
            case NODEJS -> new TrialFunction("trial.handler", zip("trial.js", read("trial.js")));
            case RUBY -> new TrialFunction("trial.handler", zip("trial.rb", read("trial.rb")));
            case JAVA -> new TrialFunction("Trial::handle", zip("Trial.class", compiled()));
            case PROVIDED -> new TrialFunction("any", zip("bootstrap", read("trial.sh")));
        };
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = TrialFunction.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(
                        "this installation is incomplete: " + resource + " is missing");
            }
            return in.readAllBytes();
        }
    }

    /** Java's trial is shipped as source: the class file's version must not be the server's. */
    private static byte[] compiled() throws IOException {
        JavaCompiler compiler =
                Optional.ofNullable(ToolProvider.getSystemJavaCompiler())
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "the server's Java has no compiler: use a JDK"));
        Path folder = Files.createTempDirectory("cloister-trial-");
        try {
            Path source = folder.resolve("Trial.java");
            Files.write(source, read("Trial.java.txt"));
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            int status =
                    compiler.run(
                            InputStream.nullInputStream(),
                            messages,
                            messages,
                            "--release",
                            JAVA_RELEASE,
                            "-proc:none",
                            "-d",
                            folder.toString(),
                            source.toString());
            if (status != 0) {
                throw new IOException(messages.toString(StandardCharsets.UTF_8));
            }
            return Files.readAllBytes(folder.resolve("Trial.class"));
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static InputStream zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setUnixMode(EXECUTABLE);
            zip.putArchiveEntry(entry);
            zip.write(content);
            zip.closeArchiveEntry();
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
