package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.server.settings.ProcessSettings.LogLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaLoggingTest {
    private static final Logger LIBRARY = Logger.getLogger("a.library");

    @Test
    void warningsOfLibrariesGoToTheServersLogAndInformationNowhere(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("server.log");
        ServerLog.writeTo(file, LogLevel.INFO);
        LIBRARY.info("merely of interest");
        LIBRARY.log(Level.WARNING, "{0} was wrong", "this");
        LIBRARY.log(Level.SEVERE, "worse", new IllegalStateException("the cause"));

        assertThat(Files.readString(file))
                .contains("WARN  a.library this was wrong")
                .contains("ERROR a.library worse")
                .contains("IllegalStateException: the cause")
                .doesNotContain("merely of interest");
        assertThat(Logger.getLogger("").getHandlers()).hasOnlyElementsOfType(JavaLogging.class);
    }
}
