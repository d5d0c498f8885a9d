package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** What a function is made of and what it writes, looked for in every byte of the data folder. */
@ExtendWith(SharedInstallation.class)
final class EncryptionAtRestTest {
    private final Installation installation;

    EncryptionAtRestTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void nothingOfAFunctionIsOnDiskInClear() throws Exception {
        String inCode = marker();
        String inVariable = marker();
        String inLog = marker();
        String inTmp = marker();
        String source =
                """
                import os
                # %s
                def handler(event, context):
                    with open("/tmp/kept", "w") as f:
                        f.write(event["tmp"] * 1000)
                        f.flush()
                        os.fsync(f.fileno())
                    print(event["log"])
                    return len(os.environ["SECRET"])
                """
                        .formatted(inCode);
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(
                                installation,
                                lambda,
                                "",
                                r ->
                                        r.code(c -> c.zipFile(stored(source)))
                                                .environment(
                                                        e ->
                                                                e.variables(
                                                                        Map.of(
                                                                                "SECRET",
                                                                                inVariable))))) {
            String event = "{\"tmp\": \"%s\", \"log\": \"%s\"}".formatted(inTmp, inLog);
            assertThat(function.call(event)).isEqualTo("32");
            for (String secret : new String[] {inCode, inVariable, inLog, inTmp}) {
                assertThat(filesWith(secret)).isEmpty();
            }
        }
        // What is looked for would be found: the administrator's key id is for the owner to read.
        assertThat(filesWith(installation.variable("AWS_ACCESS_KEY_ID"))).contains("credentials");
    }

    private static SdkBytes stored(String source) {
        return Archives.zip("index.py", source);
    }

    private static String marker() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** As grep lists them; it leaves out the holes of the volume's file, which is mostly holes. */
    private String filesWith(String text) throws IOException, InterruptedException {
        Path data = installation.data();
        Process grep =
                new ProcessBuilder("grep", "-rlF", "--devices=skip", text, data.toString())
                        .redirectErrorStream(true)
                        .start();
        String found = new String(grep.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(grep.waitFor()).as(found).isLessThan(2);
        return found;
    }
}
