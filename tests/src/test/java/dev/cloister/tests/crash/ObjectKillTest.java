package dev.cloister.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * {@code kill -9} under uploads: an object is there whole or not at all, what was acknowledged is
 * there, and no file stays that belongs to nothing.
 */
final class ObjectKillTest {
    private static final int ROUNDS = 2;
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(2);

    @Test
    void anObjectIsThereWholeOrNotAtAll() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Installation installation = Installation.inNewFolder()) {
            installation.up("--no-sample");
            try (S3Client s3 = installation.s3()) {
                s3.createBucket(r -> r.bucket(Uploading.BUCKET));
            }
            for (int round = 0; round < ROUNDS; round++) {
                Duration life = Duration.ofMillis(random.nextInt((int) LONGEST_LIFE.toMillis()));
                Uploading uploading = new Uploading(installation, seed + round);
                uploading.runUntil(
                        () -> {
                            // The moment of the kill is what varies, not a wait for something.
                            Thread.sleep(life);
                            kill(installation);
                        });
                installation.up("--no-sample");
                String when = "seed " + seed + ", round " + round + ", killed after " + life;
                try (S3Client s3 = installation.s3()) {
                    verify(s3, uploading, when);
                    finishUploads(s3, uploading, when);
                    removeEverything(s3);
                }
                assertThat(files(installation)).as("files of nothing, " + when).isEmpty();
            }
        }
    }

    private static void kill(Installation installation) throws Exception {
        ProcessHandle server = ProcessHandle.of(installation.processId()).orElseThrow();
        server.destroyForcibly();
        server.onExit().get(10, TimeUnit.SECONDS);
    }

    private static void verify(S3Client s3, Uploading uploading, String when) {
        List<String> keys =
                s3.listObjectsV2Paginator(r -> r.bucket(Uploading.BUCKET)).contents().stream()
                        .map(S3Object::key)
                        .toList();
        assertThat(keys).as(when).containsAll(uploading.acknowledged().keySet());
        for (String key : keys) {
            byte[] content =
                    s3.getObject(
                                    r -> r.bucket(Uploading.BUCKET).key(key),
                                    ResponseTransformer.toBytes())
                            .asByteArrayUnsafe();
            assertThat(uploading.mayBe(key))
                    .as("the content of %s, %s", key, when)
                    .contains(Uploading.digest(content));
        }
    }

    /** An upload that the kill interrupted goes on from the parts that are there. */
    private static void finishUploads(S3Client s3, Uploading uploading, String when) {
        for (MultipartUpload upload :
                s3.listMultipartUploads(r -> r.bucket(Uploading.BUCKET)).uploads()) {
            String key = upload.key();
            List<CompletedPart> parts =
                    s3
                            .listPartsPaginator(
                                    r ->
                                            r.bucket(Uploading.BUCKET)
                                                    .key(key)
                                                    .uploadId(upload.uploadId()))
                            .parts()
                            .stream()
                            .map(
                                    part ->
                                            CompletedPart.builder()
                                                    .partNumber(part.partNumber())
                                                    .eTag(part.eTag())
                                                    .build())
                            .toList();
            if (parts.size() < Uploading.PARTS) {
                continue;
            }
            s3.completeMultipartUpload(
                    r ->
                            r.bucket(Uploading.BUCKET)
                                    .key(key)
                                    .uploadId(upload.uploadId())
                                    .multipartUpload(all -> all.parts(parts)));
        }
        verify(s3, uploading, when + ", uploads completed");
    }

    private static void removeEverything(S3Client s3) {
        s3.listObjectsV2Paginator(r -> r.bucket(Uploading.BUCKET))
                .contents()
                .forEach(each -> s3.deleteObject(r -> r.bucket(Uploading.BUCKET).key(each.key())));
        for (MultipartUpload upload :
                s3.listMultipartUploads(r -> r.bucket(Uploading.BUCKET)).uploads()) {
            s3.abortMultipartUpload(
                    r -> r.bucket(Uploading.BUCKET).key(upload.key()).uploadId(upload.uploadId()));
        }
    }

    private static Map<String, Long> files(Installation installation) throws Exception {
        try (Stream<Path> all = Files.list(installation.data().resolve("objects"))) {
            return all.collect(
                    java.util.stream.Collectors.toMap(
                            file -> file.getFileName().toString(), file -> file.toFile().length()));
        }
    }
}
