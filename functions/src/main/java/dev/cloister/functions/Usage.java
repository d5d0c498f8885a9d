package dev.cloister.functions;

import java.util.Collection;

/**
 * What an account uses in a region.
 *
 * @param codeSize bytes of archives; every version counts its own
 * @param functions how many functions
 */
public record Usage(long codeSize, long functions) {
    static Usage of(Collection<FunctionIndex.Entry> entries) {
        long size =
                entries.stream()
                        .flatMap(entry -> entry.function().versions().stream())
                        .mapToLong(version -> version.content().code().zipSize())
                        .sum();
        return new Usage(size, entries.size());
    }
}
