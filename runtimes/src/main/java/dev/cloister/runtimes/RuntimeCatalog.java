package dev.cloister.runtimes;

import java.util.List;
import java.util.Optional;

/** The managed runtimes that this version of Cloister knows. Immutable. */
public interface RuntimeCatalog {

    Optional<ManagedRuntime> find(String identifier);

    /** In the order in which AWS lists them. */
    List<ManagedRuntime> all();

    /**
     * One runtime.
     *
     * @param identifier as in CreateFunction, for example {@code python3.13}
     * @param family decides the bootstrap and the environment's variables
     */
    record ManagedRuntime(String identifier, Family family) {}

    /** The language of a runtime. */
    enum Family {
        PYTHON,
        NODEJS,
        JAVA,
        RUBY,
        PROVIDED
    }
}
