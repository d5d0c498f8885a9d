package dev.cloister.runtimes;

import java.util.List;
import java.util.Optional;

/** The runtimes that this version of Cloister builds from its own recipes. Immutable. */
public final class StandardRuntimeCatalog implements RuntimeCatalog {

    /** AWS's order: by language, newest first. */
    private static final List<ManagedRuntime> RUNTIMES =
            List.of(
                    new ManagedRuntime("nodejs22.x", Family.NODEJS),
                    new ManagedRuntime("nodejs20.x", Family.NODEJS),
                    new ManagedRuntime("python3.13", Family.PYTHON),
                    new ManagedRuntime("python3.11", Family.PYTHON),
                    new ManagedRuntime("java25", Family.JAVA),
                    new ManagedRuntime("java21", Family.JAVA),
                    new ManagedRuntime("ruby3.3", Family.RUBY),
                    new ManagedRuntime("provided.al2023", Family.PROVIDED));

    @Override
    public Optional<ManagedRuntime> find(String identifier) {
        return RUNTIMES.stream()
                .filter(runtime -> runtime.identifier().equals(identifier))
                .findFirst();
    }

    @Override
    public List<ManagedRuntime> all() {
        return RUNTIMES;
    }
}
