package dev.cloister.runtimes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds runtime images from Debian packages and keeps them in one folder. Thread-safe. */
public final class DebianRuntimeImages implements RuntimeImages {
    private final Path folder;
    private final RuntimeCatalog catalog;
    private final HostTools tools;

    /**
     * @param folder where images are kept; several processes may share it
     */
    public DebianRuntimeImages(Path folder, RuntimeCatalog catalog, HostTools tools) {
        this.folder = folder;
        this.catalog = catalog;
        this.tools = tools;
    }

    @Override
    public RuntimeImage ensure(String identifier, Consumer<String> progress) {
        throw new RuntimeImageException("not built yet: " + folder + catalog.all() + tools.find(identifier));
    }

    @Override
    public Optional<RuntimeImage> find(String identifier) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> built() {
        return List.of();
    }
}
