package dev.cloister.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactShelfTest {
    private static final CodeArtifact ARTIFACT =
            CodeArtifact.layer(Installation.ACCOUNT, "0".repeat(64));
    private static final ArtifactId ID = ARTIFACT.id();

    @TempDir Path folder;

    @Test
    void keepsWhatIsPinnedOrNeededAndRemovesTheRest() throws IOException {
        try (Installation installation = new Installation(folder)) {
            ArtifactShelf shelf = new ArtifactShelf(installation.artifacts());
            ArtifactShelf.Pin first = shelf.pin(ID);
            ArtifactShelf.Pin second = shelf.pin(ID);
            shelf.store(ARTIFACT, () -> new ByteArrayInputStream(new byte[1]));
            shelf.collect(List.of(ID), Set::of);
            assertThat(installation.artifactNames()).containsExactly(ID.value());
            first.close();
            shelf.collect(List.of(ID), Set::of);
            assertThat(shelf.has(ID)).isTrue();
            second.close();
            shelf.collect(List.of(ID), () -> Set.of(ID));
            assertThat(shelf.has(ID)).isTrue();
            shelf.collect(List.of(ID), Set::of);
            assertThat(shelf.has(ID)).isFalse();
            assertThat(installation.artifactNames()).isEmpty();
        }
    }

    @Test
    void storesOnlyWhatIsNotThere() throws IOException {
        try (Installation installation = new Installation(folder)) {
            ArtifactShelf shelf = new ArtifactShelf(installation.artifacts());
            try (var _ = shelf.pin(ID)) {
                shelf.store(ARTIFACT, () -> new ByteArrayInputStream(new byte[1]));
                shelf.store(
                        ARTIFACT,
                        () -> {
                            throw new IOException("opened again");
                        });
            }
        }
    }
}
