package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.layers.LayerIndex;
import java.util.Collection;

/**
 * What an account uses in a region.
 *
 * @param codeSize bytes of archives; every version of a function or a layer counts its own
 * @param functions how many functions
 */
public record Usage(long codeSize, long functions) {
    static Usage of(FunctionIndex index, LayerIndex layers, AccountId account, Region region) {
        Collection<FunctionIndex.Entry> entries = index.of(account, region).values();
        long size =
                entries.stream()
                        .flatMap(entry -> entry.function().versions().stream())
                        .mapToLong(version -> version.content().code().zipSize())
                        .sum();
        return new Usage(size + layers.codeSize(account, region), entries.size());
    }
}
