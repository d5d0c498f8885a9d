package dev.cloister.benchmarks;

import dev.cloister.tests.product.Installation;
import java.util.ArrayList;
import java.util.List;

/**
 * From {@code cloister up} to the first answered request, at second and later starts; the baseline
 * is a JVM of the same kind that does nothing.
 */
public final class ServerStart {
    private static final int ROUNDS = 7;

    private ServerStart() {}

    public static void main(String[] args) throws Exception {
        List<Double> bare = new ArrayList<>();
        List<Double> starts = new ArrayList<>();
        List<Double> residentMegabytes = new ArrayList<>();
        try (Installation installation = Installation.start()) {
            for (int round = 0; round < ROUNDS; round++) {
                installation.down();
                bare.add(bareJvm());
                long begin = System.nanoTime();
                installation.up();
                installation.account();
                starts.add((System.nanoTime() - begin) / 1e6);
                residentMegabytes.add(Memory.residentMegabytes(installation.processId()));
            }
        }
        Table table = new Table("what", "median ms", "resident MB");
        table.add("bare JVM, prints its version", Table.median(bare), "-");
        table.add(
                "cloister up to first answer",
                Table.median(starts),
                Table.median(residentMegabytes));
        table.print(System.out);
    }

    private static double bareJvm() throws Exception {
        long begin = System.nanoTime();
        new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return (System.nanoTime() - begin) / 1e6;
    }
}
