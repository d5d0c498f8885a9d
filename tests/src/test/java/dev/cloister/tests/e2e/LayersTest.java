package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;

/** Layers as a function meets them below {@code /opt}, in every language. */
@ExtendWith(SharedInstallation.class)
final class LayersTest {
    private static final String PYTHON =
            """
            import ctypes, os, subprocess
            import plain, packaged

            def handler(event, context):
                return [
                    plain.WHO,
                    packaged.WHO,
                    subprocess.run(["layer-tool"], capture_output=True, text=True).stdout.strip(),
                    bool(ctypes.CDLL("libcloisterlayer.so").zlibVersion),
                    sorted(os.listdir("/opt")),
                    os.access("/opt", os.W_OK),
                    os.environ.get("FROM_WRAPPER", "none"),
                ]
            """;
    private static final String WRAPPER =
            """
            #!/bin/bash
            export FROM_WRAPPER=wrapped
            exec "$@"
            """;

    private final Installation installation;
    private LambdaClient lambda;

    LayersTest(Installation installation) {
        this.installation = installation;
    }

    @BeforeEach
    void open() {
        lambda = installation.lambda();
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private PublishLayerVersionResponse publish(SdkBytes zip) {
        return lambda.publishLayerVersion(
                r -> r.layerName("layer-" + UUID.randomUUID()).content(c -> c.zipFile(zip)));
    }

    private String published(SdkBytes zip) {
        return publish(zip).layerVersionArn();
    }

    private void delete(PublishLayerVersionResponse layer) {
        lambda.deleteLayerVersion(
                r -> r.layerName(layer.layerArn()).versionNumber(layer.version()));
    }

    private TestFunction python(String source, String... layers) {
        return TestFunction.python(installation, lambda, source, r -> r.layers(layers));
    }

    @Test
    void findsModulesProgramsAndLibrariesOfLayersWhetherPreparedOrNot() throws IOException {
        Path library =
                Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
                        .map(architecture -> Path.of("/lib", architecture, "libz.so.1"))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
        String first =
                published(
                        Archives.zipOf(
                                Map.of(
                                        "python/plain.py", bytes("WHO = 'first'"),
                                        "lib/libcloisterlayer.so", Files.readAllBytes(library),
                                        "wrapper", bytes(WRAPPER))));
        String second =
                published(
                        Archives.zip(
                                Map.of(
                                        "python/plain.py",
                                        "WHO = 'second'",
                                        "python/lib/python3.13/site-packages/packaged.py",
                                        "WHO = 'site'",
                                        "bin/layer-tool",
                                        "#!/bin/bash\necho tool\n")));
        String expected =
                "[\"second\", \"site\", \"tool\", true, [\"bin\", \"lib\", \"python\", \"wrapper\"],"
                        + " false, \"%s\"]";
        try (TestFunction prepared = python(PYTHON, first, second);
                TestFunction plain =
                        TestFunction.python(
                                installation,
                                lambda,
                                PYTHON,
                                r ->
                                        r.layers(first, second)
                                                .environment(
                                                        e ->
                                                                e.variables(
                                                                        Map.of(
                                                                                "AWS_LAMBDA_EXEC_WRAPPER",
                                                                                "/opt/wrapper"))));
                TestFunction reversed =
                        python("import plain\nhandler = lambda *_: plain.WHO", second, first)) {
            assertThat(prepared.call("{}")).isEqualTo(expected.formatted("none"));
            assertThat(plain.call("{}")).isEqualTo(expected.formatted("wrapped"));
            assertThat(reversed.call("{}")).isEqualTo("\"first\"");
        }
    }

    private record Sample(String runtime, String handler, SdkBytes code, SdkBytes layer) {}

    @TestFactory
    Stream<DynamicTest> everyOtherLanguageFindsItsLayers() {
        return Stream.of(
                        new Sample(
                                "nodejs22.x",
                                "index.handler",
                                Archives.zip(
                                        "index.js",
                                        "exports.handler = async () =>"
                                                + " require('general') + require('special');"),
                                Archives.zip(
                                        Map.of(
                                                "nodejs/node_modules/general/index.js",
                                                "module.exports = 'from ';",
                                                "nodejs/node22/node_modules/special/index.js",
                                                "module.exports = 'layer';"))),
                        new Sample(
                                "java21",
                                "Fn::handleRequest",
                                Archives.compiledJava(
                                        21,
                                        "Fn",
                                        """
                                        public class Fn {
                                            public String handleRequest(Object event) throws Exception {
                                                Class<?> type = Class.forName("Shared");
                                                return (String) type.getMethod("who").invoke(null);
                                            }
                                        }
                                        """),
                                Archives.zipOf(
                                        Map.of(
                                                "java/lib/shared.jar",
                                                Archives.compiledJava(
                                                                21,
                                                                "Shared",
                                                                """
                                                                public class Shared {
                                                                    public static String who() {
                                                                        return "from layer";
                                                                    }
                                                                }
                                                                """)
                                                        .asByteArray()))),
                        new Sample(
                                "ruby3.3",
                                "index.handler",
                                Archives.zip(
                                        "index.rb",
                                        """
                                        require 'plain'
                                        require 'gemmed'
                                        def handler(event:, context:) = PLAIN + GEMMED
                                        """),
                                Archives.zip(
                                        Map.of(
                                                "ruby/lib/plain.rb",
                                                "PLAIN = 'from '",
                                                "ruby/gems/3.3.0/gems/gemmed-1.0.0/lib/gemmed.rb",
                                                "GEMMED = 'layer'",
                                                "ruby/gems/3.3.0/specifications/gemmed-1.0.0.gemspec",
                                                """
                                                Gem::Specification.new do |s|
                                                  s.name = 'gemmed'
                                                  s.version = '1.0.0'
                                                  s.summary = 'a gem in a layer'
                                                  s.authors = ['a test']
                                                  s.require_paths = ['lib']
                                                end
                                                """))),
                        new Sample(
                                "provided.al2023",
                                "any",
                                Archives.zip("nothing", ""),
                                Archives.zip(
                                        "bootstrap",
                                        """
                                        #!/bin/bash
                                        api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
                                        while curl -sS -D /tmp/headers -o /dev/null "$api/next"; do
                                          id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/headers | tr -d '\\r' | cut -d' ' -f2)
                                          curl -sS "$api/$id/response" -d '"from layer"' > /dev/null
                                        done
                                        """)))
                .map(sample -> DynamicTest.dynamicTest(sample.runtime, () -> check(sample)));
    }

    private void check(Sample sample) {
        try (LambdaClient client = installation.lambda()) {
            String layer =
                    client.publishLayerVersion(
                                    r ->
                                            r.layerName("layer-" + UUID.randomUUID())
                                                    .content(c -> c.zipFile(sample.layer)))
                            .layerVersionArn();
            // Twice: the second function may get a runtime that was started before it was known.
            for (int i = 0; i < 2; i++) {
                try (TestFunction function =
                        new TestFunction(
                                installation,
                                client,
                                sample.runtime,
                                sample.handler,
                                sample.code,
                                r -> r.layers(layer).memorySize(256))) {
                    assertThat(function.call("{}")).isEqualTo("\"from layer\"");
                }
            }
        }
    }

    @Test
    void aFunctionGoesOnWithALayerThatIsDeletedAndDoesWithoutOneThatIsRemoved() {
        PublishLayerVersionResponse layer =
                publish(Archives.zip("python/shared.py", "WHO = 'layer'"));
        String source =
                """
                import os
                def handler(event, context):
                    try:
                        import shared
                        return shared.WHO
                    except ImportError:
                        return "none"
                """;
        try (TestFunction function = python(source, layer.layerVersionArn())) {
            GetFunctionConfigurationResponse shown =
                    lambda.getFunctionConfiguration(r -> r.functionName(function.name()));
            assertThat(shown.layers())
                    .extracting(Layer::arn)
                    .containsExactly(layer.layerVersionArn());
            assertThat(shown.layers().getFirst().codeSize()).isEqualTo(layer.content().codeSize());
            delete(layer);
            assertThat(function.call("{}")).isEqualTo("\"layer\"");
            // An environment that has never seen the layer, and new code beside it.
            lambda.updateFunctionCode(
                    r ->
                            r.functionName(function.name())
                                    .zipFile(Archives.zip("index.py", source + "# new")));
            lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(function.name()));
            assertThat(function.call("{}")).isEqualTo("\"layer\"");
            assertThatThrownBy(() -> python(source, layer.layerVersionArn()))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining(
                            "Layer version " + layer.layerVersionArn() + " does not exist.");

            lambda.updateFunctionConfiguration(
                    r -> r.functionName(function.name()).layers(List.of()));
            lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(function.name()));
            assertThat(function.call("{}")).isEqualTo("\"none\"");
        }
    }

    @Test
    void refusesCodeAndLayersThatAreTooLargeTogether() {
        byte[] zeros = new byte[90 << 20];
        String[] layers = new String[3];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = published(Archives.zipOf(Map.of("zeros" + i, zeros)));
        }
        String source = "def handler(event, context): return 1";
        assertThatThrownBy(() -> python(source, layers))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(
                        "Function code combined with layers exceeds the maximum allowed size of"
                                + " 262144000 bytes. The actual size is "
                                + (3L * zeros.length + source.length())
                                + " bytes.");
        try (TestFunction function = python(source, layers[0], layers[1])) {
            assertThat(function.call("{}")).isEqualTo("1");
        }
    }

    @Test
    void linksToTheArchive() throws Exception {
        SdkBytes zip = Archives.zip("python/shared.py", "WHO = 'layer'");
        PublishLayerVersionResponse layer = publish(zip);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(layer.content().location())).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(zip.asByteArray());
        }
        assertThat(lambda.getLayerVersionByArn(r -> r.arn(layer.layerVersionArn())).version())
                .isEqualTo(1);
        assertThat(
                        lambda.listLayersPaginator().stream()
                                .flatMap(page -> page.layers().stream())
                                .map(l -> l.layerArn()))
                .contains(layer.layerArn());
        delete(layer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
