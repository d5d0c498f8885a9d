package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions side by side, with package tools that are scripts. */
@SuppressWarnings("NullAway.Init")
class RuntimeUpdatesTest {
    private static final String RUNTIME = "python3.13";
    private static final RuntimeCatalog CATALOG = new StandardRuntimeCatalog();

    @TempDir Path folder;
    private Path home;
    private DebianRuntimeImages images;

    @BeforeEach
    void makeThreeVersions() throws Exception {
        home = folder.resolve("images").resolve(RUNTIME);
        images =
                new DebianRuntimeImages(
                        folder.resolve("images"),
                        CATALOG,
                        new HostTools(List.of(folder.resolve("bin"), Path.of("/usr/bin"))));
        for (int number = 1; number <= 3; number++) {
            write(number, Manifest.FILE_NAME, digest());
        }
    }

    private static String digest() {
        return Recipes.of(CATALOG.find(RUNTIME).orElseThrow()).digest();
    }

    private void write(int number, String manifestName, String digest) throws IOException {
        ManagedRuntime runtime = CATALOG.find(RUNTIME).orElseThrow();
        Path version = Files.createDirectories(home.resolve("v" + number));
        Files.writeString(version.resolve(ImageFolder.IMAGE), "image " + number);
        new Manifest(
                        runtime.identifier(),
                        "python:3.13.v" + number,
                        digest,
                        "%064x".formatted(number),
                        7,
                        Instant.EPOCH.plusSeconds(number),
                        Map.of("deb:bash", "5.2", "deb:libc6", "2.41-12"),
                        List.of("/var/runtime/bootstrap"),
                        Map.of(),
                        true)
                .write(version, manifestName);
    }

    /** A package index that answers as mmdebstrap's simulation does. */
    private void offer(String libc) throws IOException {
        Path program = Files.createDirectories(folder.resolve("bin")).resolve("mmdebstrap");
        Files.writeString(
                program,
                """
                #!/bin/sh
                case "$*" in *--simulate*) ;; *) echo "E: no route to the archive"; exit 7 ;; esac
                echo 'Inst libc6 (%s Debian:13.8/stable, Debian-Security:13/stable-security [amd64]) []'
                echo 'Conf libc6 (%s Debian:13.8/stable [amd64])'
                echo 'Inst bash (5.2 Debian:13.8/stable [amd64])'
                """
                        .formatted(libc, libc));
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private List<String> names() {
        return images.versions(RUNTIME).stream().map(v -> v.image().version()).toList();
    }

    @Test
    void noNewerPackageMeansNoNewVersion() throws Exception {
        offer("2.41-12");
        assertThat(images.available(RUNTIME, _ -> {})).isEmpty();
        UpdateOutcome outcome =
                images.update(
                        RUNTIME,
                        RuntimeUpdates.When.PACKAGES_CHANGED,
                        (_, _) -> List.of("never tried"),
                        _ -> {});
        assertThat(outcome)
                .isEqualTo(new UpdateOutcome.Current(images.find(RUNTIME).orElseThrow()));
        assertThat(names()).hasSize(3);
    }

    @Test
    void aNewerPackageIsNamedAndAFailedBuildLeavesEverythingAsItWas() throws Exception {
        offer("2.41-13");
        assertThat(images.available(RUNTIME, _ -> {}))
                .containsExactly(
                        new PackageChange(
                                "deb:libc6", Optional.of("2.41-12"), Optional.of("2.41-13")));
        RuntimeImage before = images.find(RUNTIME).orElseThrow();
        assertThatThrownBy(
                        () ->
                                images.update(
                                        RUNTIME,
                                        RuntimeUpdates.When.PACKAGES_CHANGED,
                                        (_, _) -> List.of(),
                                        _ -> {}))
                .isInstanceOf(RuntimeImageException.class)
                .hasMessageContaining("no route to the archive");
        assertThat(images.find(RUNTIME)).contains(before);
        assertThat(home.resolve(".build")).doesNotExist();
        assertThat(home.resolve("v4")).doesNotExist();
    }

    @Test
    void anUntriedVersionIsSeenByNobodyAndGoneAfterTheNextChange() throws Exception {
        write(4, Manifest.UNTRIED_NAME, digest());
        assertThat(images.find(RUNTIME).orElseThrow().version()).isEqualTo("python:3.13.v3");
        assertThat(images.built(RUNTIME)).hasSize(3);

        offer("2.41-12");
        assertThat(images.available(RUNTIME, _ -> {})).isEmpty();
        assertThat(home.resolve("v4").resolve(ImageFolder.IMAGE)).doesNotExist();
        assertThat(home.resolve("v4/rejected.txt")).hasContent("its trial was interrupted");
        ImageFolder files =
                new ImageFolder(folder.resolve("images"), CATALOG.find(RUNTIME).orElseThrow());
        assertThat(files.nextNumber()).as("a number is never used twice").isEqualTo(5);
    }

    @Test
    void whatAKilledBuildLeftIsRemovedUnlessAnotherProcessBuilds() throws Exception {
        write(4, Manifest.UNTRIED_NAME, digest());
        Path tree = Files.createDirectories(home.resolve(".build/tree/usr"));
        Files.writeString(tree.resolve("half"), "a build was killed here");
        Path lock = home.resolve(".lock");
        // A lock belongs to a process: another one has to hold it.
        Process other =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                """
                                import fcntl, sys
                                held = open(sys.argv[1], "w")
                                fcntl.lockf(held, fcntl.LOCK_EX)
                                print("held", flush=True)
                                sys.stdin.read()
                                """,
                                lock.toString())
                        .start();
        try (var said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("held");
            images.removeInterrupted();
            assertThat(tree.resolve("half")).exists();
        } finally {
            other.getOutputStream().close();
            assertThat(other.waitFor()).isZero();
        }
        images.removeInterrupted();
        assertThat(home.resolve(".build")).doesNotExist();
        assertThat(home.resolve("v4").resolve(ImageFolder.IMAGE)).doesNotExist();
        assertThat(images.find(RUNTIME).orElseThrow().version()).isEqualTo("python:3.13.v3");
    }

    @Test
    void releasingIsOneRename() throws Exception {
        write(4, Manifest.UNTRIED_NAME, digest());
        ImageFolder files =
                new ImageFolder(folder.resolve("images"), CATALOG.find(RUNTIME).orElseThrow());
        files.release(4);
        assertThat(images.find(RUNTIME).orElseThrow().version()).isEqualTo("python:3.13.v4");
        assertThat(images.find(RUNTIME).orElseThrow().file()).hasContent("image 4");
    }

    @Test
    void removesOldVersionsThatNobodyUses() throws Exception {
        write(4, Manifest.FILE_NAME, digest());
        write(5, Manifest.FILE_NAME, digest());
        String pinned = "%064x".formatted(2);
        List<String> asked = new ArrayList<>();
        assertThat(
                        images.removeUnused(
                                RUNTIME,
                                sha -> {
                                    asked.add(sha);
                                    return sha.equals(pinned);
                                }))
                .containsExactly("python:3.13.v1", "python:3.13.v3");
        assertThat(names()).containsExactly("python:3.13.v2", "python:3.13.v4", "python:3.13.v5");
        assertThat(home.resolve("v1")).doesNotExist();
        assertThat(asked).doesNotContain("%064x".formatted(5));
        assertThat(images.removeUnused(RUNTIME, pinned::equals)).isEmpty();
    }

    @Test
    void theCurrentVersionStaysThoughNewerOnesOfAnotherRecipeAreThere() throws Exception {
        write(4, Manifest.FILE_NAME, "of another release");
        write(5, Manifest.FILE_NAME, "of another release");
        write(6, Manifest.FILE_NAME, "of another release");
        assertThat(images.removeUnused(RUNTIME, _ -> false))
                .containsExactly("python:3.13.v1", "python:3.13.v2", "python:3.13.v4");
        assertThat(images.find(RUNTIME).orElseThrow().version()).isEqualTo("python:3.13.v3");
    }

    @Test
    void aRemovalThatWasKilledIsFinished() throws Exception {
        Files.delete(home.resolve("v1").resolve(Manifest.FILE_NAME));
        offer("2.41-12");
        assertThat(names()).hasSize(2);
        assertThat(images.available(RUNTIME, _ -> {})).isEmpty();
        assertThat(home.resolve("v1").resolve(ImageFolder.IMAGE)).doesNotExist();
    }
}
