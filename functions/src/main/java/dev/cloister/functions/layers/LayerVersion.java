package dev.cloister.functions.layers;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A numbered version of a layer. Immutable; of its members only the policy ever changes.
 *
 * @param number from 1, never given twice under one layer's name
 * @param description may be empty
 * @param runtimes that it says it is for; empty if it says nothing
 * @param architectures that it says it is for; empty if it says nothing
 * @param policy who else may use it; empty if nobody
 */
public record LayerVersion(
        long number,
        String description,
        Optional<String> licenseInfo,
        List<String> runtimes,
        List<String> architectures,
        Instant created,
        LayerArchive archive,
        Optional<LayerPolicy> policy) {
    public LayerVersion {
        runtimes = List.copyOf(runtimes);
        architectures = List.copyOf(architectures);
    }

    LayerVersion withPolicy(Optional<LayerPolicy> newPolicy) {
        return new LayerVersion(
                number,
                description,
                licenseInfo,
                runtimes,
                architectures,
                created,
                archive,
                newPolicy);
    }

    /** What a list asks for: only versions that say they are for it. */
    public record Filter(Optional<String> runtime, Optional<String> architecture) {
        boolean takes(LayerVersion version) {
            return runtime.map(version.runtimes()::contains).orElse(true)
                    && architecture.map(version.architectures()::contains).orElse(true);
        }
    }
}
