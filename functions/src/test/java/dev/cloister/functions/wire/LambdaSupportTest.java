package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.functions.wire.LambdaSupport.MemberUse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;

final class LambdaSupportTest {
    private final LambdaSupport support = LambdaSupport.load();

    @Test
    void aMemberWithoutALineIsRefusedByName() {
        CreateFunctionRequest request =
                CreateFunctionRequest.builder()
                        .functionName("f")
                        .code(c -> c.s3Bucket("b").s3ObjectStorageMode("REFERENCE"))
                        .build();
        assertThatThrownBy(() -> support.check("CreateFunctionRequest", "", request))
                .hasMessageContaining("Code.S3ObjectStorageMode");
    }

    @Test
    void aMemberWithoutALineThatSaysNothingPasses() {
        CreateFunctionRequest request =
                CreateFunctionRequest.builder()
                        .functionName("f")
                        .durableConfig(d -> {})
                        .code(c -> c.s3Bucket("b"))
                        .build();
        assertThatCode(() -> support.check("CreateFunctionRequest", "", request))
                .doesNotThrowAnyException();
    }

    @Test
    void membersInsideListsAreLookedAt() throws IOException {
        try (InputStream in = LambdaSupport.class.getResourceAsStream("/support/lambda.txt")) {
            String table =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            LambdaSupport without =
                    LambdaSupport.parse(
                            ServiceFacts.load("/facts/lambda.json"),
                            table.replace("  LocalMountPath\n", ""));
            CreateFunctionRequest request =
                    CreateFunctionRequest.builder()
                            .fileSystemConfigs(
                                    List.of(
                                            FileSystemConfig.builder()
                                                    .localMountPath("/mnt/a")
                                                    .build()))
                            .build();
            assertThatThrownBy(() -> without.check("CreateFunctionRequest", "", request))
                    .hasMessageContaining("FileSystemConfigs.LocalMountPath");
        }
    }

    @Test
    void theTableNamesOnlyWhatTheModelHas() {
        ServiceFacts facts = ServiceFacts.load("/facts/lambda.json");
        assertThatThrownBy(() -> LambdaSupport.parse(facts, "shape VpcConfig\n  NoSuchMember\n"))
                .hasMessageContaining("NoSuchMember");
        assertThatThrownBy(() -> LambdaSupport.parse(facts, "operation Invoke\n"))
                .hasMessageContaining("the operations are not those of the model");
        assertThat(support.member("CreateFunctionRequest", "DeadLetterConfig").kind())
                .isEqualTo(MemberUse.Kind.KEPT);
    }
}
