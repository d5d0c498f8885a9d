package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles functions for the tests. */
final class JavaSources {
    private JavaSources() {}

    /** Compiles one source with a public class App for Java 21 into a folder. */
    static void compile(Path into, String source) throws IOException {
        Path file = Files.createTempDirectory("source").resolve("App.java");
        Files.writeString(file, source);
        List<String> arguments =
                List.of(
                        "--release",
                        "21",
                        "-proc:none",
                        "-cp",
                        HostLauncher.shipped("java/aws-lambda-java-core.jar").toString(),
                        "-d",
                        into.toString(),
                        file.toString());
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        Files.delete(file);
        assertThat(status).isZero();
    }
}
