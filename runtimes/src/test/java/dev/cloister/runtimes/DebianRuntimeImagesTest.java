package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class DebianRuntimeImagesTest {
    private static final RuntimeCatalog CATALOG = new StandardRuntimeCatalog();

    @TempDir Path folder;

    private DebianRuntimeImages images(HostTools tools) {
        return new DebianRuntimeImages(folder.resolve("images"), CATALOG, tools);
    }

    /** Publishes a version as a build would, with the recipe's digest or another. */
    private void publish(int number, String digest) throws IOException {
        ManagedRuntime runtime = CATALOG.find("python3.13").orElseThrow();
        Path finished = Files.createDirectories(folder.resolve("images/python3.13/finished"));
        Files.writeString(finished.resolve(ImageFolder.IMAGE), "image " + number);
        new Manifest(
                        runtime.identifier(),
                        "python:3.13.v" + number,
                        digest,
                        "ab".repeat(32),
                        7,
                        Instant.EPOCH,
                        Map.of("deb:bash", "5." + number),
                        List.of("/var/runtime/bootstrap"),
                        Map.of("LANG", "en_US.UTF-8"),
                        true)
                .write(finished);
        new ImageFolder(folder.resolve("images"), runtime).publish(finished, number);
    }

    private String digest() {
        return Recipes.of(CATALOG.find("python3.13").orElseThrow()).digest();
    }

    @Test
    void findsTheNewestVersionOfTheCurrentRecipe() throws Exception {
        DebianRuntimeImages images = images(HostTools.onPath());
        assertThat(images.find("python3.13")).isEmpty();
        publish(1, "older");
        assertThat(images.find("python3.13")).isEmpty();
        publish(2, digest());
        publish(10, digest());
        RuntimeImage image = images.find("python3.13").orElseThrow();
        assertThat(image.version()).isEqualTo("python:3.13.v10");
        assertThat(image.file())
                .isEqualTo(folder.resolve("images/python3.13/v10/image.erofs"))
                .hasContent("image 10");
        assertThat(image.runtime().family()).isEqualTo(Family.PYTHON);
        assertThat(images.ensure("python3.13", line -> {})).isEqualTo(image);
        assertThat(images.built())
                .extracting(RuntimeImage::version)
                .containsExactly("python:3.13.v1", "python:3.13.v2", "python:3.13.v10");
    }

    @Test
    void namesTheMissingProgramAndItsPackage() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")));
        assertThatThrownBy(() -> images(new HostTools(List.of())).ensure("python3.13", l -> {}))
                .isInstanceOf(RuntimeImageException.class)
                .hasMessageContaining("mmdebstrap")
                .hasMessageContaining("apt-get install mmdebstrap");
    }

    @Test
    void quotesTheEndOfAFailedProgramsOutputAndLeavesNothingBehind() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")));
        Path program = Files.createDirectories(folder.resolve("bin")).resolve("mmdebstrap");
        Files.writeString(program, "#!/bin/sh\necho 'E: no such suite'\nexit 25\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<String> progress = new ArrayList<>();
        DebianRuntimeImages images =
                images(new HostTools(List.of(folder.resolve("bin"), Path.of("/usr/bin"))));
        assertThatThrownBy(() -> images.ensure("python3.13", progress::add))
                .isInstanceOf(RuntimeImageException.class)
                .hasMessageContaining("exit status 25")
                .hasMessageContaining("E: no such suite")
                .hasMessageContaining("python3.13/build.log");
        assertThat(progress).isNotEmpty();
        assertThat(folder.resolve("images/python3.13/.build")).doesNotExist();
        assertThat(folder.resolve("images/python3.13/build.log")).exists();
        assertThat(images.find("python3.13")).isEmpty();
    }

    @Test
    void refusesARuntimeThatIsNotInTheCatalog() {
        assertThatThrownBy(() -> images(HostTools.onPath()).ensure("go1.x", line -> {}))
                .isInstanceOf(RuntimeImageException.class)
                .hasMessageContaining("go1.x")
                .hasMessageContaining("python3.13");
        assertThat(images(HostTools.onPath()).find("go1.x")).isEmpty();
    }

    @Test
    void everyRuntimeHasARecipeWithAwssEnvironment() {
        for (ManagedRuntime runtime : CATALOG.all()) {
            Recipe recipe = Recipes.of(runtime);
            assertThat(recipe.digest()).matches("[0-9a-f]{64}").isEqualTo(recipe.digest());
            assertThat(recipe.environment())
                    .containsEntry("TZ", ":UTC")
                    .containsEntry("LANG", "en_US.UTF-8");
            assertThat(recipe.environment().get("AWS_EXECUTION_ENV"))
                    .isEqualTo(
                            runtime.family() == Family.PROVIDED
                                    ? null
                                    : "AWS_Lambda_" + runtime.identifier());
        }
    }

    @Test
    void knowsWhatAProcessReadsAtItsStart() {
        assertThat(RuntimeImage.isReadAtStart("NODE_OPTIONS")).isTrue();
        assertThat(RuntimeImage.isReadAtStart("LD_PRELOAD")).isTrue();
        assertThat(RuntimeImage.isReadAtStart("AWS_LAMBDA_EXEC_WRAPPER")).isTrue();
        assertThat(RuntimeImage.isReadAtStart("TABLE_NAME")).isFalse();
        assertThat(RuntimeImage.isReadAtStart("TZ")).isFalse();
    }

    @Test
    void namesCantLeaveTheTree() {
        RootTree tree = new RootTree(folder);
        assertThatThrownBy(() -> tree.at("/../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.at("x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(tree.at("/etc/hosts")).isEqualTo(folder.resolve("etc/hosts"));
    }

    @Test
    void aLinkInTheTreeIsReplacedNotFollowed() throws Exception {
        Path outside = folder.resolve("outside");
        Files.writeString(outside, "untouched");
        Path root = folder.resolve("tree");
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(folder.resolve("tree/etc/resolv.conf"), outside);
        new RootTree(root).write("/etc/resolv.conf", "nameserver 169.254.100.1\n");
        assertThat(outside).hasContent("untouched");
        assertThat(folder.resolve("tree/etc/resolv.conf")).isRegularFile();
    }
}
