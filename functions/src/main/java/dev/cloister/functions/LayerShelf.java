package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.functions.layers.LayerArchive;
import dev.cloister.functions.layers.LayerArchives;
import dev.cloister.functions.signing.DeploymentCheck;
import java.util.Set;

/** Keeps layers' archives where functions' are, under the same rules. Thread-safe. */
final class LayerShelf implements LayerArchives {
    private final CodeUpload upload;
    private final ArtifactShelf shelf;
    private final FunctionIndex index;
    private final DeploymentCheck check;

    LayerShelf(CodeUpload upload, ArtifactShelf shelf, FunctionIndex index, DeploymentCheck check) {
        this.check = check;
        this.upload = upload;
        this.shelf = shelf;
        this.index = index;
    }

    @Override
    public LayerArchive check(byte[] zip) {
        VersionContent.Code checked = upload.checkLayer(zip);
        return new LayerArchive(
                checked.zipSha256(),
                checked.zipSize(),
                checked.unzippedSize().orElseThrow(),
                DeploymentCheck.shown(check.examine(zip)));
    }

    @Override
    public Kept store(AccountId account, LayerArchive archive, byte[] zip) {
        ArtifactShelf.Pin pin = upload.store(CodeArtifact.layer(account, archive.sha256()), zip);
        return pin::close;
    }

    @Override
    public void collect(AccountId account, LayerArchive archive) {
        shelf.collect(Set.of(ArtifactShelf.zipId(account, archive.sha256())), index::needed);
    }
}
