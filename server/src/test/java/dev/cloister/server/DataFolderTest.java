package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir Path temporary;

    @Test
    void onlyTheOwnerMayEnterAnyOfItsFolders() throws IOException {
        try (DataFolder data = open();
                Stream<Path> everything = Files.walk(data.layout().root())) {
            assertThat(everything.filter(Files::isDirectory))
                    .hasSize(10)
                    .allSatisfy(folder -> assertThat(permissions(folder)).isEqualTo("rwx------"));
        }
    }

    @Test
    void aFolderThatWasOpenToOthersIsClosedToThem() throws IOException {
        Path root = Files.createDirectory(temporary.resolve("data"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));

        open().close();

        assertThat(permissions(root)).isEqualTo("rwx------");
    }

    @Test
    void privateFilesAreReadableByTheirOwnerOnlyAndReplacedWhole() throws IOException {
        try (DataFolder data = open()) {
            Path file = data.layout().credentials();
            data.writePrivately(file, "a long first content");
            data.writePrivately(file, "second");

            assertThat(file).hasContent("second");
            assertThat(permissions(file)).isEqualTo("rw-------");
            assertThat(file.resolveSibling("credentials.new")).doesNotExist();
        }
    }

    @Test
    void twoServersCanNotShareAFolder() {
        try (DataFolder first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("Another Cloister server uses " + first.layout().root());
        }
        open().close();
    }

    @Test
    void theInstanceStaysTheSameAndDiffersBetweenFolders() {
        String first;
        try (DataFolder data = open()) {
            first = data.instance();
        }
        try (DataFolder again = open();
                DataFolder other = DataFolder.open(temporary.resolve("other"))) {
            assertThat(first).matches("[0-9a-f]{8}");
            assertThat(again.instance()).isEqualTo(first);
            assertThat(other.instance()).isNotEqualTo(first);
        }
    }

    @Test
    void aDamagedInstanceIsRefusedAndReleasesTheLock() throws IOException {
        open().close();
        Path instance = temporary.resolve("data/instance");
        Files.writeString(instance, "../../etc");

        assertThatThrownBy(this::open).hasMessageContaining("eight hexadecimal digits");

        Files.writeString(instance, "0123abcd\n");
        open().close();
    }

    @Test
    void aPathTooLongForASocketIsRefusedBeforeAnythingIsMade() {
        Path deep = temporary.resolve("x".repeat(100));
        assertThatThrownBy(() -> DataFolder.open(deep)).hasMessageContaining("too long");
        assertThat(deep).doesNotExist();
    }

    private DataFolder open() {
        return DataFolder.open(temporary.resolve("data"));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
