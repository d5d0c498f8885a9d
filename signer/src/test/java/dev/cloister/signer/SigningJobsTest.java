package dev.cloister.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.signer.archive.Zip;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that jobs sign. */
@SuppressWarnings("NullAway.Init")
final class SigningJobsTest {
    @TempDir Path folder;
    private TestSigner signing;
    private final Buckets objects = new Buckets();

    /** Buckets in memory; one of them can't be written. */
    private static final class Buckets implements SigningObjects {
        private final Map<String, byte[]> contents = new HashMap<>();
        private boolean dies;

        @Override
        public byte[] read(String bucket, String key, String version, long most) {
            byte[] content = contents.get(bucket + "/" + key + "?" + version);
            if (content == null) {
                throw SignerErrors.notFound("The specified key does not exist.");
            }
            return content;
        }

        @Override
        public void write(String bucket, String key, byte[] content) {
            if (dies) {
                throw new IllegalStateException("the server was killed here");
            }
            if (bucket.equals("closed")) {
                throw SignerErrors.accessDenied("Access Denied");
            }
            contents.put(bucket + "/" + key, content);
        }
    }

    @BeforeEach
    void open() {
        signing = new TestSigner(folder);
        signing.profile();
        objects.contents.put("in/code.zip?7", new Zip().file("index.py", "pass").bytes());
        objects.contents.put("in/text?7", "no zip".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        signing.close();
    }

    private SigningJob start(String key, String target, String token) throws InterruptedException {
        return signing.signer()
                .signObject(
                        TestSigner.BUILD,
                        new ObjectWork(
                                "in",
                                key,
                                "7",
                                target,
                                "signed/",
                                "",
                                token,
                                Optional.empty(),
                                Optional.empty()),
                        TestSigner.WHO,
                        objects);
    }

    private static ObjectWork work(SigningJob job) {
        return job.work().orElseThrow();
    }

    @Test
    void theSignedCopyLiesUnderThePrefixAndVerifies() throws Exception {
        SigningJob job = start("code.zip", "out", "t");
        assertThat(signing.signer().status(job)).isEqualTo(Signer.Status.SUCCEEDED);
        assertThat(work(job).targetKey()).isEqualTo("signed/" + job.id() + ".zip");
        byte[] signed =
                Objects.requireNonNull(objects.contents.get("out/" + work(job).targetKey()));
        assertThat(signing.examine(signed))
                .isInstanceOfSatisfying(
                        Finding.Signed.class,
                        finding -> assertThat(finding.claims().jobArn()).isEqualTo(job.arn()));
        signing.restart();
        assertThat(signing.signer().job(job.id())).contains(job);
        assertThat(signing.signer().jobs(TestSigner.ACCOUNT, TestSigner.REGION, "", 10))
                .containsExactly(job);
    }

    @Test
    void aRequestThatIsRepeatedMakesNothingNew() throws Exception {
        SigningJob job = start("code.zip", "out", "t");
        assertThat(start("code.zip", "out", "t").id()).isEqualTo(job.id());
        assertThat(objects.contents).hasSize(3);
        assertThatThrownBy(() -> start("text", "out", "t"))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("other parameters");
        assertThat(start("code.zip", "out", "u").id()).isNotEqualTo(job.id());
    }

    @Test
    void whatCannotBeReachedOrSignedIsToldSo() throws Exception {
        assertThatThrownBy(() -> start("missing", "out", "t"))
                .hasMessageContaining("The specified key does not exist.");
        assertThat(signing.signer().jobs(TestSigner.ACCOUNT, TestSigner.REGION, "", 10)).isEmpty();

        SigningJob noZip = start("text", "out", "t");
        assertThat(signing.signer().status(noZip)).isEqualTo(Signer.Status.FAILED);
        assertThat(work(noZip).failure().orElseThrow()).contains("can't be read as a zip");
        SigningJob closed = start("code.zip", "closed", "u");
        assertThat(signing.signer().status(closed)).isEqualTo(Signer.Status.FAILED);
        assertThat(work(closed).failure().orElseThrow()).contains("Access Denied");
        assertThat(objects.contents).hasSize(2);
    }

    @Test
    void aJobThatWasKilledHasFailed() {
        objects.dies = true;
        assertThatThrownBy(() -> start("code.zip", "out", "t"))
                .isInstanceOf(IllegalStateException.class);
        signing.restart();
        assertThat(signing.signer().jobs(TestSigner.ACCOUNT, TestSigner.REGION, "", 10))
                .singleElement()
                .satisfies(
                        job ->
                                assertThat(signing.signer().status(job))
                                        .isEqualTo(Signer.Status.FAILED));
    }

    @Test
    void aCanceledProfileSignsNothing() {
        signing.signer().profiles().cancel(TestSigner.BUILD);
        assertThatThrownBy(() -> start("code.zip", "out", "t"))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("can't sign");
    }
}
