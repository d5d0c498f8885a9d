package dev.cloister.tests.product;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/** Deployment packages for the tests' functions. */
public final class Archives {
    private Archives() {}

    /** A package of text files, all executable. */
    public static SdkBytes zip(String name, String content) {
        return zipOf(Map.of(name, content.getBytes(StandardCharsets.UTF_8)));
    }

    public static SdkBytes zip(Map<String, String> files) {
        Map<String, byte[]> bytes = new TreeMap<>();
        files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return zipOf(bytes);
    }

    public static SdkBytes zipOf(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
                entry.setUnixMode(0100755);
                zip.putArchiveEntry(entry);
                zip.write(file.getValue());
                zip.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }

    /** Compiles one Java class for {@code release} and packs it as Lambda wants it. */
    public static SdkBytes compiledJava(int release, String className, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try {
            Path folder = Files.createTempDirectory("cloister-java-");
            Path file = folder.resolve(className + ".java");
            Files.writeString(file, source);
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            List<String> arguments =
                    List.of(
                            "--release",
                            Integer.toString(release),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-proc:none",
                            "-d",
                            folder.toString(),
                            file.toString());
            int status = compiler.run(null, messages, messages, arguments.toArray(String[]::new));
            if (status != 0) {
                throw new IllegalStateException(messages.toString(StandardCharsets.UTF_8));
            }
            Map<String, byte[]> classes = new TreeMap<>();
            try (Stream<Path> all = Files.list(folder)) {
                for (Path each : all.filter(f -> f.toString().endsWith(".class")).toList()) {
                    classes.put(each.getFileName().toString(), Files.readAllBytes(each));
                }
            }
            return zipOf(classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
