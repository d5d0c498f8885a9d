package dev.cloister.functions;

import java.time.Duration;
import java.util.List;

/**
 * How the control plane behaves on this installation.
 *
 * @param architectures what the workers run, for example {@code [x86_64]}; a function of any other
 *     architecture is refused
 * @param maxMemoryMegabytes largest MemorySize, 128 to 10240 (AWS: 10240)
 * @param totalCodeSize bytes of zip archives that one account may keep in a region (AWS:
 *     80530636800)
 * @param accountConcurrency as GetAccountSettings shows it (AWS: 1000)
 * @param maxUnfinished preparations that may wait or run at a time, 1 to 100000
 * @param parallelPreparations preparations that run at a time, 1 to 64
 * @param linkLifetime of a Code.Location link (AWS: 10 minutes)
 */
public record FunctionSettings(
        List<String> architectures,
        int maxMemoryMegabytes,
        long totalCodeSize,
        int accountConcurrency,
        int maxUnfinished,
        int parallelPreparations,
        Duration linkLifetime) {
    public FunctionSettings {
        architectures = List.copyOf(architectures);
        require(!architectures.isEmpty(), "architectures", "at least one");
        require(
                maxMemoryMegabytes >= 128 && maxMemoryMegabytes <= 10240,
                "maxMemoryMegabytes",
                "128 to 10240");
        require(totalCodeSize > 0, "totalCodeSize", "more than 0");
        require(accountConcurrency > 0, "accountConcurrency", "more than 0");
        require(maxUnfinished >= 1 && maxUnfinished <= 100_000, "maxUnfinished", "1 to 100000");
        require(
                parallelPreparations >= 1 && parallelPreparations <= 64,
                "parallelPreparations",
                "1 to 64");
        require(linkLifetime.isPositive(), "linkLifetime", "more than 0");
    }

    /** AWS's limits, for workers of the given architectures. */
    public static FunctionSettings defaults(List<String> architectures) {
        return new FunctionSettings(
                architectures, 10240, 80_530_636_800L, 1000, 1000, 2, Duration.ofMinutes(10));
    }

    private static void require(boolean holds, String setting, String range) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "functions setting " + setting + " must be " + range);
        }
    }
}
