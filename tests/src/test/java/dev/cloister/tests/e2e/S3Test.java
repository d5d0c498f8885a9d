package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Buckets and objects by Amazon's own clients, and code of functions and layers from them. */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3Test {
    /** More than the server's heap of 256 MiB. */
    private static final long LARGE = 300L << 20;

    private final Installation installation;
    private final S3Client s3;
    private final String bucket = "s3test-" + UUID.randomUUID();

    S3Test(Installation installation) {
        this.installation = installation;
        this.s3 = installation.s3();
        s3.createBucket(r -> r.bucket(bucket));
    }

    @AfterAll
    void close() {
        s3.listObjectsV2Paginator(r -> r.bucket(bucket))
                .contents()
                .forEach(object -> s3.deleteObject(r -> r.bucket(bucket).key(object.key())));
        s3.deleteBucket(r -> r.bucket(bucket));
        s3.close();
    }

    @Test
    void anObjectComesBackWithAllThatWasSaidOfIt() {
        for (ChecksumAlgorithm algorithm :
                List.of(
                        ChecksumAlgorithm.CRC32,
                        ChecksumAlgorithm.SHA1,
                        ChecksumAlgorithm.SHA256)) {
            s3.putObject(
                    r ->
                            r.bucket(bucket)
                                    .key("a b/ü€😀+&")
                                    .contentType("text/x")
                                    .metadata(Map.of("owner", "me"))
                                    .tagging("k=v")
                                    .checksumAlgorithm(algorithm),
                    RequestBody.fromString("0123456789"));
            ResponseInputStream<GetObjectResponse> whole =
                    s3.getObject(
                            r ->
                                    r.bucket(bucket)
                                            .key("a b/ü€😀+&")
                                            .checksumMode(ChecksumMode.ENABLED));
            assertThat(text(whole)).isEqualTo("0123456789");
            assertThat(whole.response().contentType()).isEqualTo("text/x");
            assertThat(whole.response().metadata()).containsEntry("owner", "me");
            assertThat(whole.response().tagCount()).isEqualTo(1);
        }
        ResponseInputStream<GetObjectResponse> part =
                s3.getObject(r -> r.bucket(bucket).key("a b/ü€😀+&").range("bytes=2-4"));
        assertThat(text(part)).isEqualTo("234");
        assertThat(part.response().contentRange()).isEqualTo("bytes 2-4/10");
        assertThatThrownBy(() -> s3.getObject(r -> r.bucket(bucket).key("none")))
                .isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket("no-" + bucket)))
                .isInstanceOf(NoSuchBucketException.class);
        assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key("none")))
                .isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void hostileKeysAreKeysLikeOthers() {
        for (String key :
                List.of("../../etc/passwd", "./x", "%2e%2e%2f", "<&>\"'", "x".repeat(1024))) {
            s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(key));
            assertThat(text(s3.getObject(r -> r.bucket(bucket).key(key)))).isEqualTo(key);
            assertThat(s3.listObjectsV2(r -> r.bucket(bucket).prefix(key)).contents())
                    .anyMatch(object -> object.key().equals(key));
        }
    }

    /** By the command line: the SDK's HTTP client for Java makes one slash of two. */
    @Test
    void slashesInKeysAreKept(@TempDir Path folder) throws IOException {
        for (String key : List.of("a//b", "c/", "/d")) {
            Path content = Files.writeString(folder.resolve("content"), key);
            Path copy = folder.resolve("copy");
            installation
                    .aws(
                            "s3api",
                            "put-object",
                            "--bucket",
                            bucket,
                            "--key",
                            key,
                            "--body",
                            content.toString())
                    .checked();
            installation
                    .aws("s3api", "get-object", "--bucket", bucket, "--key", key, copy.toString())
                    .checked();
            assertThat(Files.readString(copy)).isEqualTo(key);
            assertThat(s3.listObjectsV2(r -> r.bucket(bucket).prefix(key)).contents())
                    .anyMatch(object -> object.key().equals(key));
            installation.aws("s3api", "delete-object", "--bucket", bucket, "--key", key).checked();
        }
    }

    @Test
    void aMultipartUploadBecomesOneObject() {
        byte[] content = new byte[(5 << 20) + 1000];
        new Random(3).nextBytes(content);
        String upload = s3.createMultipartUpload(r -> r.bucket(bucket).key("parts")).uploadId();
        byte[] first = Arrays.copyOf(content, 5 << 20);
        byte[] second = Arrays.copyOfRange(content, 5 << 20, content.length);
        List<CompletedPart> parts = List.of(part(upload, 1, first), part(upload, 2, second));
        assertThat(s3.listParts(r -> r.bucket(bucket).key("parts").uploadId(upload)).parts())
                .hasSize(2);
        String etag =
                s3.completeMultipartUpload(
                                r ->
                                        r.bucket(bucket)
                                                .key("parts")
                                                .uploadId(upload)
                                                .multipartUpload(m -> m.parts(parts)))
                        .eTag();
        assertThat(etag).endsWith("-2\"");
        assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("parts")).asByteArray())
                .isEqualTo(content);
        s3.copyObject(
                r ->
                        r.sourceBucket(bucket)
                                .sourceKey("parts")
                                .destinationBucket(bucket)
                                .destinationKey("copy"));
        assertThat(s3.headObject(r -> r.bucket(bucket).key("copy")).contentLength())
                .isEqualTo(content.length);
    }

    private CompletedPart part(String upload, int number, byte[] content) {
        String etag =
                s3.uploadPart(
                                r ->
                                        r.bucket(bucket)
                                                .key("parts")
                                                .uploadId(upload)
                                                .partNumber(number),
                                RequestBody.fromBytes(content))
                        .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    @Test
    void linksWorkWithoutKeysAndOnlyAsTheyAre() throws Exception {
        try (S3Presigner presigner =
                        S3Presigner.builder()
                                .endpointOverride(installation.endpoint())
                                .region(Region.of(installation.region()))
                                .serviceConfiguration(
                                        S3Configuration.builder()
                                                .pathStyleAccessEnabled(true)
                                                .build())
                                .credentialsProvider(
                                        StaticCredentialsProvider.create(
                                                AwsBasicCredentials.create(
                                                        installation.variable("AWS_ACCESS_KEY_ID"),
                                                        installation.variable(
                                                                "AWS_SECRET_ACCESS_KEY"))))
                                .build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI put =
                    presigner
                            .presignPutObject(
                                    p ->
                                            p.signatureDuration(Duration.ofMinutes(5))
                                                    .putObjectRequest(
                                                            r -> r.bucket(bucket).key("link")))
                            .url()
                            .toURI();
            assertThat(
                            http.send(
                                            HttpRequest.newBuilder(put)
                                                    .PUT(BodyPublishers.ofString("linked"))
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
            URI get =
                    presigner
                            .presignGetObject(
                                    p ->
                                            p.signatureDuration(Duration.ofMinutes(5))
                                                    .getObjectRequest(
                                                            r -> r.bucket(bucket).key("link")))
                            .url()
                            .toURI();
            assertThat(get(http, get)).isEqualTo("linked");
            assertThat(get(http, URI.create(get.toString().replace("link?", "lint?"))))
                    .contains("<Code>SignatureDoesNotMatch</Code>")
                    .contains("<Resource>/" + bucket + "/lint</Resource>");
        }
    }

    private static String get(HttpClient http, URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    @Test
    void anObjectLargerThanTheServersHeapGoesThroughIt() throws IOException {
        byte[] block = new byte[1 << 20];
        new Random(5).nextBytes(block);
        s3.putObject(
                r -> r.bucket(bucket).key("large"),
                RequestBody.fromContentProvider(() -> new Repeated(block, LARGE), LARGE, "x/y"));
        try (InputStream in = s3.getObject(r -> r.bucket(bucket).key("large"))) {
            byte[] read = new byte[block.length];
            for (long at = 0; at < LARGE; at += block.length) {
                assertThat(in.readNBytes(read, 0, read.length)).isEqualTo(block.length);
                assertThat(Arrays.equals(read, block)).isTrue();
            }
            assertThat(in.read()).isEqualTo(-1);
        }
        s3.deleteObject(r -> r.bucket(bucket).key("large"));
    }

    /** A block again and again. */
    private static final class Repeated extends InputStream {
        private final byte[] block;
        private final long length;
        private long position;

        Repeated(byte[] block, long length) {
            this.block = block;
            this.length = length;
        }

        @Override
        public int read() {
            return position == length ? -1 : block[(int) (position++ % block.length)] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            if (position == length) {
                return -1;
            }
            int at = (int) (position % block.length);
            int taken = (int) Math.min(Math.min(count, block.length - at), length - position);
            System.arraycopy(block, at, target, offset, taken);
            position += taken;
            return taken;
        }
    }

    @Test
    void whatBreaksOffOrIsChangedIsNotThere() throws Exception {
        assertThatThrownBy(
                        () ->
                                s3.putObject(
                                        r ->
                                                r.bucket(bucket)
                                                        .key("broken")
                                                        .checksumCRC32("AAAAAA=="),
                                        RequestBody.fromString("hello")))
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BadDigest"));
        URI endpoint = installation.endpoint();
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            socket.getOutputStream()
                    .write(
                            ("PUT /"
                                            + bucket
                                            + "/broken HTTP/1.1\r\nHost: x\r\n"
                                            + "Content-Length: 100\r\n\r\nhalf")
                                    .getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key("broken")))
                .isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void theCommandLineCopiesListsAndRemoves(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("f.txt"), "by the command line");
        installation.aws("s3", "cp", file.toString(), "s3://" + bucket + "/cli/f.txt").checked();
        assertThat(installation.aws("s3", "ls", "s3://" + bucket + "/cli/").checked())
                .contains("f.txt");
        Path back = folder.resolve("back.txt");
        installation.aws("s3", "cp", "s3://" + bucket + "/cli/f.txt", back.toString()).checked();
        assertThat(back).hasContent("by the command line");
        installation.aws("s3", "rm", "--recursive", "s3://" + bucket + "/cli").checked();
        assertThat(installation.aws("s3", "ls", "s3://" + bucket + "/cli/").output()).isEmpty();
    }

    @Test
    void aFunctionAndALayerComeFromObjects() {
        s3.putObject(
                r -> r.bucket(bucket).key("f.zip"),
                RequestBody.fromBytes(
                        Archives.zip("index.py", "import lib\ndef handler(e, c): return lib.X")
                                .asByteArray()));
        s3.putObject(
                r -> r.bucket(bucket).key("l.zip"),
                RequestBody.fromBytes(
                        Archives.zip("python/lib.py", "X = 'layered'").asByteArray()));
        String name = "from-s3-" + UUID.randomUUID();
        try (LambdaClient lambda = installation.lambda()) {
            String layer =
                    lambda.publishLayerVersion(
                                    r ->
                                            r.layerName(name)
                                                    .content(
                                                            c -> c.s3Bucket(bucket).s3Key("l.zip")))
                            .layerVersionArn();
            lambda.createFunction(
                    r ->
                            r.functionName(name)
                                    .role(installation.role())
                                    .runtime("python3.13")
                                    .handler("index.handler")
                                    .layers(layer)
                                    .code(c -> c.s3Bucket(bucket).s3Key("f.zip")));
            lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name));
            assertThat(lambda.invoke(r -> r.functionName(name)).payload().asUtf8String())
                    .isEqualTo("\"layered\"");
            lambda.updateFunctionCode(r -> r.functionName(name).s3Bucket(bucket).s3Key("f.zip"));
            assertThatThrownBy(
                            () ->
                                    lambda.updateFunctionCode(
                                            r ->
                                                    r.functionName(name)
                                                            .s3Bucket(bucket)
                                                            .s3Key("none.zip")))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining(
                            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error"
                                    + " Message: The specified key does not exist.");
            lambda.deleteFunction(r -> r.functionName(name));
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
