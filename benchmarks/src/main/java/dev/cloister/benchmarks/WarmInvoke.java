package dev.cloister.benchmarks;

import dev.cloister.runtimes.DebianRuntimeImages;
import dev.cloister.runtimes.HostTools;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.StandardRuntimeCatalog;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Warm RequestResponse invokes through the whole product (signature, authorization, admission,
 * logs) against the same handler behind a bare HTTP server in the same interpreter. Rounds of
 * product and baseline alternate; the table holds medians.
 */
public final class WarmInvoke {
    private static final String EVENT =
            "{\"key1\":\"value1\",\"key2\":\"value2\",\"key3\":\"value3\"}";
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(4);
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private WarmInvoke() {}

    public static void main(String[] args) {
        RuntimeImages images =
                new DebianRuntimeImages(
                        Installation.runtimes(), new StandardRuntimeCatalog(), HostTools.onPath());
        Table table =
                new Table(
                        "runtime",
                        "callers",
                        "bare/s",
                        "Cloister/s",
                        "ratio",
                        "bare p50 ms",
                        "Cloister p50 ms",
                        "added p50 ms",
                        "bare p99 ms",
                        "Cloister p99 ms");
        try (Installation installation = Installation.start();
                LambdaClient lambda = installation.lambda()) {
            for (Language language : Language.values()) {
                RuntimeImage image = images.ensure(language.runtime(), System.err::println);
                measure(installation, lambda, language, image, table);
            }
        }
        table.print(System.out);
    }

    private static void measure(
            Installation installation,
            LambdaClient lambda,
            Language language,
            RuntimeImage image,
            Table table) {
        try (BareServer bare = new BareServer(language, image);
                TestFunction function =
                        new TestFunction(
                                installation,
                                lambda,
                                language.runtime(),
                                language.handler(),
                                language.zip(),
                                // One whole vCPU, as the baseline may use one.
                                r -> r.memorySize(1769))) {
            function.call(EVENT);
            HttpLoad baseline = new HttpLoad(bare.port(), WarmInvoke::bareRequest);
            HttpLoad product =
                    new HttpLoad(
                            installation.port(),
                            new SignedInvoke(installation, function.name(), EVENT));
            for (int callers : new int[] {1, 16}) {
                baseline.run(callers, WARM_UP);
                product.run(callers, WARM_UP);
                List<HttpLoad.Result> bareRounds = new ArrayList<>();
                List<HttpLoad.Result> productRounds = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    bareRounds.add(baseline.run(callers, ROUND));
                    productRounds.add(product.run(callers, ROUND));
                }
                row(table, language, callers, bareRounds, productRounds);
            }
        }
    }

    private static void row(
            Table table,
            Language language,
            int callers,
            List<HttpLoad.Result> bare,
            List<HttpLoad.Result> product) {
        double barePerSecond = perSecond(bare);
        double productPerSecond = perSecond(product);
        table.add(
                language.runtime(),
                callers,
                barePerSecond,
                productPerSecond,
                productPerSecond / barePerSecond,
                percentile(bare, 50),
                percentile(product, 50),
                percentile(product, 50) - percentile(bare, 50),
                percentile(bare, 99),
                percentile(product, 99));
    }

    private static double perSecond(List<HttpLoad.Result> rounds) {
        return Table.median(rounds.stream().map(HttpLoad.Result::perSecond).toList());
    }

    private static double percentile(List<HttpLoad.Result> rounds, double percentile) {
        return Table.median(rounds.stream().map(r -> r.percentileMillis(percentile)).toList());
    }

    private static byte[] bareRequest() {
        return ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + EVENT.length()
                        + "\r\n\r\n"
                        + EVENT)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
