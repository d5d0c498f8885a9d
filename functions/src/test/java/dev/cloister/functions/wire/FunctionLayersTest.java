package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionSettings;
import dev.cloister.functions.Installation;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.functions.code.ArchiveLimits;
import dev.cloister.functions.code.Zips;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;

/** Functions with layers: what they may have, the one image made of them, and what is kept. */
final class FunctionLayersTest extends OperationsTest {
    private static final RequestContext OTHER =
            Installation.context(new AccountId("210987654321"), Installation.REGION);

    private String publish(String name, byte[] zip) {
        return lambda.call(
                        PublishLayerVersionRequest.builder()
                                .layerName(name)
                                .content(c -> c.zipFile(SdkBytes.fromByteArray(zip)))
                                .build(),
                        PublishLayerVersionResponse.class)
                .layerVersionArn();
    }

    private String publish(String name) {
        return publish(name, Zips.of(Map.of("python/shared.py", name, "only/" + name, name)));
    }

    private void deleteLayer(String name, long version) {
        var _ =
                lambda.call(
                        DeleteLayerVersionRequest.builder()
                                .layerName(name)
                                .versionNumber(version)
                                .build(),
                        SdkPojo.class);
    }

    private void assertCreateRefused(String code, String message, String... layers) {
        assertRefused(hello().layers(layers).build(), code, message);
        assertThat(lambda.functions().versions()).isEmpty();
    }

    private VersionSnapshot snapshot(String name, String version) {
        return lambda.functions().versions().stream()
                .filter(s -> s.name().equals(name) && s.version().equals(version))
                .findAny()
                .orElseThrow();
    }

    /** What the fake image of a function's layers lists. */
    private String opt(String name) throws IOException {
        VersionSnapshot.Code image = snapshot(name, "$LATEST").layers().orElseThrow();
        try (InputStream in = image.open()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private List<String> images() {
        return lambda.artifactNames().stream().filter(n -> n.startsWith("code-image-")).toList();
    }

    private List<String> archives() {
        return lambda.artifactNames().stream().filter(n -> n.startsWith("code-zip-")).toList();
    }

    @Test
    void mergesLayersInOrderAndSharesTheirImage() throws IOException {
        String a = publish("a");
        String b = publish("b");
        create(f -> f.layers(a, b));
        assertThat(lambda.settled("hello").layers()).extracting(Layer::arn).containsExactly(a, b);

        assertThat(opt("hello")).contains("only/a\n", "only/b\n", "python/shared.py\nb");
        int before = images().size();
        lambda.call(named("same").layers(a, b).build(), SdkPojo.class);
        lambda.settled("same");
        assertThat(images()).hasSize(before);
        assertThat(snapshot("same", "$LATEST").layers().orElseThrow().digest())
                .isEqualTo(snapshot("hello", "$LATEST").layers().orElseThrow().digest());
        lambda.call(named("reversed").layers(b, a).build(), SdkPojo.class);
        lambda.settled("reversed");
        assertThat(opt("reversed")).contains("only/a\n", "only/b\n", "python/shared.py\na");
        assertThat(images()).hasSize(before + 1);
        lambda.call(named("none").build(), SdkPojo.class);
        lambda.settled("none");
        assertThat(snapshot("none", "$LATEST").layers()).isEmpty();
    }

    @Test
    void keepsWhatAFunctionNeedsOfADeletedLayer() throws IOException {
        String a = publish("a");
        create(f -> f.layers(a));
        lambda.settled("hello");
        deleteLayer("a", 1);

        assertThat(archives()).as("the code's alone").hasSize(1);
        lambda.restart();
        assertThat(opt("hello")).contains("only/a");
        var published =
                lambda.call(
                        PublishVersionRequest.builder().functionName("hello").build(),
                        PublishVersionResponse.class);
        assertThat(published.layers()).extracting(Layer::arn).containsExactly(a);
        var _ = upload(Zips.handler("new code"), UnaryOperator.identity());
        lambda.settled("hello");
        assertThat(opt("hello")).contains("only/a");
        assertRefused(
                named("late").layers(a).build(),
                "InvalidParameterValueException",
                "Layer version " + a + " does not exist.");

        var _ = configure(f -> f.layers(List.of()));
        assertThat(lambda.settled("hello").hasLayers()).isFalse();
        assertThat(snapshot("hello", "$LATEST").layers()).isEmpty();
        assertThat(snapshot("hello", "1").layers()).isPresent();
        var _ =
                lambda.call(
                        DeleteFunctionRequest.builder().functionName("hello").build(),
                        SdkPojo.class);
        assertThat(lambda.artifactNames()).isEmpty();
    }

    @Test
    void keepsADeletedLayersArchiveUntilItsImageIsMadeEvenThroughARestart() throws IOException {
        String a = publish("a");
        lambda.runtimes.hold();
        create(f -> f.layers(a));
        deleteLayer("a", 1);
        assertThat(archives()).hasSize(2);
        lambda.restart();
        assertThat(archives()).hasSize(2);
        lambda.runtimes.release();

        lambda.settled("hello");

        assertThat(opt("hello")).contains("only/a");
        Installation.until(() -> archives().size() == 1);
    }

    @Test
    void aChangeOfLayersIsAChangeOfTheVersion() {
        String first = publish("a");
        create(f -> f.layers(first).publish(true));
        lambda.settled("hello");
        String same =
                lambda.call(
                                PublishVersionRequest.builder().functionName("hello").build(),
                                PublishVersionResponse.class)
                        .version();
        String second = publish("a");
        var _ = configure(f -> f.layers(second));
        lambda.settled("hello");
        String next =
                lambda.call(
                                PublishVersionRequest.builder().functionName("hello").build(),
                                PublishVersionResponse.class)
                        .version();

        assertThat(same).isEqualTo("1");
        assertThat(next).isEqualTo("2");
        var _ = configure(f -> f.description("layers stay"));
        assertThat(lambda.settled("hello").layers()).extracting(Layer::arn).containsExactly(second);
    }

    @Test
    void refusesLayersThatAFunctionCantHave() {
        String a1 = publish("a");
        String a2 = publish("a");
        assertCreateRefused(
                "InvalidParameterValueException",
                "Two different versions of the same layer are not allowed to be referenced in the"
                        + " same function. "
                        + a1
                        + " and "
                        + a2
                        + " are versions of the same layer.",
                a1,
                a2);
        assertCreateRefused(
                "InvalidParameterValueException",
                "Cannot reference more than 5 layers.",
                IntStream.range(0, 6).mapToObj(i -> publish("l" + i)).toArray(String[]::new));
        assertCreateRefused(
                "InvalidParameterValueException",
                "Layer version arn:aws:lambda:us-east-1:123456789012:layer:a:3 does not exist.",
                "arn:aws:lambda:us-east-1:123456789012:layer:a:3");
        assertCreateRefused(
                "InvalidParameterValueException",
                "Layer version arn:aws:lambda:::awslayer:AmazonLinux1803 does not exist.",
                "arn:aws:lambda:::awslayer:AmazonLinux1803");
        assertCreateRefused(
                "InvalidParameterValueException",
                "Layers are not in the same region as the function. Layers are expected to be in"
                        + " region us-east-1.",
                "arn:aws:lambda:eu-west-1:123456789012:layer:a:1");
        for (String malformed :
                List.of("a", "", "arn:aws:lambda:us-east-1:123456789012:layer:a", a1 + "x")) {
            assertCreateRefused(
                    "ValidationException", "at 'layers' failed to satisfy constraint", malformed);
        }
    }

    @Test
    void takesAnotherAccountsLayerOnlyIfItsPolicyAllows() throws IOException {
        String a = publish("a");
        CreateFunctionRequest theirs =
                hello().role("arn:aws:iam::210987654321:role/r").layers(a).build();
        assertThatThrownBy(() -> lambda.call(theirs, SdkPojo.class, OTHER))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("AccessDeniedException");
                            assertThat(e.message())
                                    .isEqualTo(
                                            "User: arn:aws:iam::210987654321:root is not authorized"
                                                    + " to perform: lambda:GetLayerVersion on"
                                                    + " resource: "
                                                    + a
                                                    + " because no resource-based policy allows the"
                                                    + " lambda:GetLayerVersion action");
                        });
        var _ =
                lambda.call(
                        AddLayerVersionPermissionRequest.builder()
                                .layerName("a")
                                .versionNumber(1L)
                                .statementId("s")
                                .action("lambda:GetLayerVersion")
                                .principal("210987654321")
                                .build(),
                        SdkPojo.class);

        var _ = lambda.call(theirs, SdkPojo.class, OTHER);
        deleteLayer("a", 1);

        Installation.until(
                () -> snapshot("hello", "$LATEST").state() == VersionSnapshot.State.ACTIVE);
        assertThat(opt("hello")).contains("only/a");
        Installation.until(
                () ->
                        lambda.artifactNames().stream()
                                .allMatch(name -> name.contains("210987654321")));
    }

    @Test
    void boundsCodeAndLayersTogetherAtEveryChange() throws IOException {
        lambda.close();
        lambda =
                new Installation(
                        Files.createDirectory(folder.resolve("small")),
                        FunctionSettings.defaults(List.of("x86_64")),
                        (_, image) -> Files.writeString(image, "image"),
                        new ArchiveLimits(100_000, 200_000, 100, 10_000));
        long half = 131_072;
        String a = publish("a", new Zips().zeros("a", half).bytes());
        String b = publish("b", new Zips().zeros("b", half).bytes());
        String tooLarge =
                "Function code combined with layers exceeds the maximum allowed size of 200000"
                        + " bytes. The actual size is ";
        assertCreateRefused("InvalidParameterValueException", tooLarge, a, b);
        create(f -> f.layers(a));
        lambda.settled("hello");

        assertThatThrownBy(() -> configure(f -> f.layers(a, b))).hasMessageContaining(tooLarge);
        byte[] large = new Zips().zeros("c", half).bytes();
        for (boolean dryRun : List.of(true, false)) {
            assertRefused(
                    UpdateFunctionCodeRequest.builder()
                            .functionName("hello")
                            .dryRun(dryRun)
                            .zipFile(SdkBytes.fromByteArray(large))
                            .build(),
                    "InvalidParameterValueException",
                    tooLarge + 2 * half + " bytes.");
        }
        assertThat(archives()).hasSize(3);
        assertThat(lambda.settled("hello").layers()).hasSize(1);
        var _ = configure(f -> f.layers(b));
        assertThat(Optional.of(lambda.settled("hello").layers().getFirst().arn())).contains(b);
    }
}
