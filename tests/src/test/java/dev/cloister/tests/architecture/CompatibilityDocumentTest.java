package dev.cloister.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/aws-compatibility.md says what the server goes by. */
final class CompatibilityDocumentTest {
    @Test
    void theDocumentIsCurrent() throws IOException {
        String text =
                new CompatibilityDocument(
                                LambdaSupport.load(), ServiceFacts.load("/facts/lambda.json"))
                        .text();
        Path made = Installation.home().resolve("tests/target/aws-compatibility.md");
        Files.createDirectories(made.getParent());
        Files.writeString(made, text);
        assertThat(Files.readString(Installation.home().resolve("docs/aws-compatibility.md")))
                .as("docs/aws-compatibility.md is old; the new one is " + made)
                .isEqualTo(text);
    }
}
