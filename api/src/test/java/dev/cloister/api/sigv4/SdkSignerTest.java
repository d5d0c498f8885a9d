package dev.cloister.api.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.FakeCredentials;
import dev.cloister.api.Region;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Amazon's own signer signs, the verifier accepts; one thing changes, and it refuses. */
class SdkSignerTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    private final SignatureVerifier verifier =
            new SignatureVerifier(new FakeCredentials(), Set.of());

    /** A request as it goes over the wire. */
    private record Sent(RequestHead head, List<Byte> bytes) {
        byte[] body() {
            byte[] body = new byte[bytes.size()];
            for (int i = 0; i < body.length; i++) {
                body[i] = bytes.get(i);
            }
            return body;
        }
    }

    private static Sent sign(
            String service,
            String path,
            Map<String, List<String>> query,
            byte[] body,
            Consumer<SignRequest.Builder<AwsCredentialsIdentity>> options) {
        boolean s3 = service.equals("s3");
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .uri(URI.create((s3 ? "https" : "http") + "://127.0.0.1:4566"))
                        .encodedPath(path)
                        .putHeader("X-Amz-Invocation-Type", "RequestResponse")
                        .putHeader("X-Multi", List.of("b", "a  c"))
                        .putHeader("Content-Type", "application/json");
        query.forEach(request::putRawQueryParameter);
        SignedRequest signed =
                AwsV4HttpSigner.create()
                        .sign(
                                builder -> {
                                    builder.identity(
                                                    AwsCredentialsIdentity.create(
                                                            FakeCredentials.KEY,
                                                            FakeCredentials.SECRET))
                                            .request(request.build())
                                            .payload(ContentStreamProvider.fromByteArray(body))
                                            .putProperty(
                                                    AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                            .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-3")
                                            .putProperty(
                                                    AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, !s3)
                                            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, !s3)
                                            .putProperty(
                                                    HttpSigner.SIGNING_CLOCK,
                                                    Clock.fixed(NOW, ZoneOffset.UTC));
                                    options.accept(builder);
                                });
        return sent(signed, path);
    }

    private static Sent sent(SignedRequest signed, String path) {
        RequestHeaders.Builder headers = new RequestHeaders.Builder();
        signed.request()
                .headers()
                .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        List<Byte> bytes = new ArrayList<>();
        try (InputStream in =
                signed.payload()
                        .map(ContentStreamProvider::newStream)
                        .orElse(new ByteArrayInputStream(new byte[0]))) {
            for (byte octet : in.readAllBytes()) {
                bytes.add(octet);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        RequestHead head =
                RequestHead.of(
                        signed.request().method().name(),
                        path,
                        signed.request().encodedQueryParameters().orElse(""),
                        headers.build());
        return new Sent(head, bytes);
    }

    private static Sent sign(String path) {
        return sign("lambda", path, Map.of("Qualifier", List.of("$LATEST")), BODY, b -> {});
    }

    private byte[] verify(RequestHead head, byte[] body, Instant now) {
        SignatureClaim claim = ClaimParser.parse(head).orElseThrow();
        Candidate candidate = verifier.check(head, claim, Optional.empty(), now);
        byte[] payload = verifier.verify(head, candidate, body);
        assertThat(candidate.region()).isEqualTo(new Region("eu-west-3"));
        return payload;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/2015-03-31/functions/f/invocations",
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af%3A%24LATEST/x",
                "/a;b=c;d/e",
                "/a//b///c",
                "/a%2Fb",
                "/a+b",
                "/a:b",
                "/$LATEST",
                "/a%20b/%C3%A4",
                "/a/./b/../c",
                "/a/",
                "/%7Euser/~user",
                "/a@b!c*d'e(f)g,h=i&j",
                "/"
            })
    void acceptsEveryPathAsSent(String path) {
        Sent sent = sign(path);
        assertThat(verify(sent.head(), sent.body(), NOW)).isEqualTo(BODY);
        // An encoding that means the same is another path to the signature.
        if (path.contains("%2F")) {
            RequestHead other = withPath(sent.head(), path.replace("%2F", "/"));
            assertThatThrownBy(() -> verify(other, sent.body(), NOW))
                    .isInstanceOf(SignatureRefusal.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b/k", "/b/a%20b", "/b/a%2Bb", "/b/%C3%A4", "/b//k", "/b/./k/../l"})
    void leavesPathsOfS3AsTheyAre(String path) {
        Sent sent = sign("s3", path, Map.of(), BODY, b -> {});
        assertThat(verify(sent.head(), sent.body(), NOW)).isEqualTo(BODY);
    }

    @Test
    void acceptsEveryQuery() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Map<String, List<String>> query = new java.util.LinkedHashMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                query.put(text(random), List.of(text(random), text(random)));
            }
            Sent sent = sign("lambda", "/a", query, BODY, b -> {});
            assertThatCode(() -> verify(sent.head(), sent.body(), NOW))
                    .as("seed 7, round %s: %s", round, query)
                    .doesNotThrowAnyException();
        }
    }

    private static String text(Random random) {
        String alphabet = "aB9-._~ +%&=/:;$!*'(),?#[]@\"<>\\^`{|}äß€😀";
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    @Test
    void refusesAChangeOfAnySignedPart() {
        Sent sent = sign("/2015-03-31/functions/f/invocations");
        RequestHead head = sent.head();
        List<RequestHead> changed = new ArrayList<>();
        changed.add(
                new RequestHead(
                        "PUT", head.rawPath(), head.rawQuery(), head.query(), head.headers()));
        changed.add(withPath(head, "/2015-03-31/functions/g/invocations"));
        changed.add(
                RequestHead.of(
                        head.method(), head.rawPath(), "Qualifier=%24LATES", head.headers()));
        changed.add(
                RequestHead.of(
                        head.method(), head.rawPath(), head.rawQuery() + "&a=b", head.headers()));
        for (int i = 0; i < head.headers().size(); i++) {
            String name = head.headers().name(i);
            if (!name.equals("authorization") && !name.equals("content-length")) {
                String value = name.equals("x-amz-date") ? "20260304T050608Z" : "changed";
                changed.add(withHeader(head, name, value));
                changed.add(withHeader(head, name, ""));
            }
        }
        String authorization = head.headers().first("authorization").orElseThrow();
        for (String[] change :
                new String[][] {
                    {"eu-west-3", "eu-west-1"},
                    {"/lambda/", "/sts/"},
                    {"20260304", "20260305"},
                    {";x-amz-date", ""},
                    {";x-amz-invocation-type", ""},
                    {"host;", ""},
                    {"aws4_request", "aws4_request2"},
                    {"Signature=", "Signature=0"},
                    {"content-type;", ""}
                }) {
            assertThat(authorization).contains(change[0]);
            changed.add(
                    withHeader(head, "authorization", authorization.replace(change[0], change[1])));
        }
        String signature = authorization.substring(authorization.length() - 64);
        changed.add(
                withHeader(
                        head,
                        "authorization",
                        authorization.replace(signature, signature.substring(1))));
        changed.add(
                withHeader(
                        head,
                        "authorization",
                        authorization.replace(
                                signature, signature.toUpperCase(java.util.Locale.ROOT))));
        for (RequestHead other : changed) {
            assertThatThrownBy(() -> verify(other, sent.body(), NOW))
                    .as("%s", other)
                    .isInstanceOf(SignatureRefusal.class);
        }
        assertThatThrownBy(() -> verify(head, new byte[] {1}, NOW))
                .isInstanceOf(SignatureRefusal.class);
        assertThat(verify(head, sent.body(), NOW)).isEqualTo(BODY);
    }

    @Test
    void refusesAHeaderThatWasAddedOnTheWay() {
        Sent sent = sign("/a");
        RequestHeaders.Builder headers = copy(sent.head().headers());
        headers.add("X-Amz-Target", "Logs_20140328.DeleteLogGroup");
        RequestHead head = RequestHead.of("POST", "/a", sent.head().rawQuery(), headers.build());
        assertThatThrownBy(() -> verify(head, sent.body(), NOW))
                .isInstanceOfSatisfying(
                        SignatureRefusal.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNSIGNED_HEADER));
        RequestHeaders.Builder repeated = copy(sent.head().headers());
        repeated.add("X-Amz-Invocation-Type", "Event");
        RequestHead doubled =
                RequestHead.of("POST", "/a", sent.head().rawQuery(), repeated.build());
        assertThatThrownBy(() -> verify(doubled, sent.body(), NOW))
                .isInstanceOf(SignatureRefusal.class);
    }

    @Test
    void presignedLinksLastAsLongAsTheySay() {
        Sent sent =
                sign(
                        "lambda",
                        "/a;b/%24LATEST",
                        Map.of("x", List.of("y z")),
                        new byte[0],
                        b ->
                                b.putProperty(
                                                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                                                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                                        .putProperty(
                                                AwsV4FamilyHttpSigner.EXPIRATION_DURATION,
                                                Duration.ofMinutes(10)));
        RequestHead head = sent.head();
        assertThat(head.headers().contains("authorization")).isFalse();
        verify(head, new byte[0], NOW);
        verify(head, new byte[0], NOW.plusSeconds(599));
        assertThatThrownBy(() -> verify(head, new byte[0], NOW.plusSeconds(600)))
                .hasMessage(
                        "Signature expired: 20260304T050607Z is now earlier than"
                                + " 20260304T050607Z (20260304T051607Z - 10 min.)");
        assertThatThrownBy(() -> verify(head, new byte[0], NOW.minusSeconds(301)))
                .hasMessageStartingWith("Signature not yet current");
        for (String[] change :
                new String[][] {
                    {"X-Amz-Expires=600", "X-Amz-Expires=6000"},
                    {"x=y", "x=z"},
                    {"eu-west-3", "eu-west-1"},
                    {"X-Amz-Signature=", "X-Amz-Signature=0"}
                }) {
            RequestHead changed = withQuery(head, head.rawQuery().replace(change[0], change[1]));
            assertThatThrownBy(() -> verify(changed, new byte[0], NOW))
                    .isInstanceOf(SignatureRefusal.class);
        }
        for (String[] change :
                new String[][] {
                    {"X-Amz-Expires=600", "X-Amz-Expires=604801"},
                    {"X-Amz-Expires=600", "X-Amz-Expires=-1"},
                    {"X-Amz-Expires=600", "X-Amz-Expires=x"},
                    {"X-Amz-Expires=600", "X"},
                    {"X-Amz-Date=", "X="},
                    {"AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"}
                }) {
            RequestHead changed = withQuery(head, head.rawQuery().replace(change[0], change[1]));
            assertThatThrownBy(() -> verify(changed, new byte[0], NOW))
                    .isInstanceOfSatisfying(
                            SignatureRefusal.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.LINK_PARAMETERS));
        }
    }

    @Test
    void takesUnsignedAndChunkedPayloads() {
        byte[] body = new byte[300_000];
        new Random(3).nextBytes(body);
        Sent unsigned =
                sign(
                        "s3",
                        "/b/k",
                        Map.of(),
                        body,
                        b -> b.putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false));
        assertThat(verify(unsigned.head(), unsigned.body(), NOW)).isEqualTo(body);
        for (boolean signed : new boolean[] {true, false}) {
            for (ChecksumAlgorithm checksum :
                    List.of(
                            DefaultChecksumAlgorithm.CRC32,
                            DefaultChecksumAlgorithm.CRC32C,
                            DefaultChecksumAlgorithm.SHA1,
                            DefaultChecksumAlgorithm.SHA256)) {
                Sent chunked =
                        sign(
                                "s3",
                                "/b/k",
                                Map.of(),
                                body,
                                b ->
                                        b.putProperty(
                                                        AwsV4FamilyHttpSigner
                                                                .CHUNK_ENCODING_ENABLED,
                                                        true)
                                                .putProperty(
                                                        AwsV4FamilyHttpSigner
                                                                .PAYLOAD_SIGNING_ENABLED,
                                                        signed)
                                                .putProperty(
                                                        AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM,
                                                        checksum));
                assertThat(chunked.head().headers().first("x-amz-content-sha256").orElseThrow())
                        .isEqualTo(
                                signed
                                        ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
                                        : "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
                byte[] wire = chunked.body();
                assertThat(wire.length).isGreaterThan(body.length);
                assertThat(verify(chunked.head(), wire, NOW)).isEqualTo(body);
                wire[wire.length / 2] ^= 1;
                assertThatThrownBy(() -> verify(chunked.head(), wire, NOW))
                        .isInstanceOf(RuntimeException.class);
            }
        }
    }

    @Test
    void knowsTheCheckValueOfCrc64() {
        // The CRC catalogue's check value of CRC-64/NVME over "123456789".
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        String check =
                java.util.Base64.getEncoder()
                        .encodeToString(java.util.HexFormat.of().parseHex("ae8b14860a799888"));
        assertThatCode(() -> PayloadChecksum.verify("x-amz-checksum-crc64nvme", check, digits))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesScopesThatAreNotServed() {
        Sent sent = sign("/a");
        SignatureClaim claim = ClaimParser.parse(sent.head()).orElseThrow();
        SignatureVerifier narrow =
                new SignatureVerifier(new FakeCredentials(), Set.of(new Region("us-east-1")));
        assertThatThrownBy(() -> narrow.check(sent.head(), claim, Optional.empty(), NOW))
                .hasMessage("Credential should be scoped to a valid region.");
        assertThatThrownBy(() -> verifier.check(sent.head(), claim, Optional.of("sts"), NOW))
                .hasMessage("Credential should be scoped to correct service: 'sts'.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS4-HMAC-SHA256",
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request",
                "AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=x",
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f/g, SignedHeaders=host, Signature=x",
                "AWS4-ECDSA-P256-SHA256 Credential=a, SignedHeaders=host, Signature=x",
                "Basic dXNlcjpwYXNz",
                "Bearer x",
                "=,=,=",
                ""
            })
    void refusesWhatIsNotAnAuthorization(String authorization) {
        RequestHead head = withHeader(sign("/a").head(), "authorization", authorization);
        assertThatThrownBy(() -> ClaimParser.parse(head))
                .isInstanceOfSatisfying(
                        SignatureRefusal.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(Reason.INCOMPLETE);
                            assertThat(e.message()).doesNotContain("dXNlcjpwYXNz");
                        });
    }

    @Test
    void remembersABoundedNumberOfKeys() {
        SigningKeys keys = new SigningKeys();
        dev.cloister.api.SecretText secret = new dev.cloister.api.SecretText("s");
        for (int i = 0; i < 3 * SigningKeys.MAX_KEYS; i++) {
            SignatureClaim claim =
                    new SignatureClaim(
                            "k" + i,
                            "20260304",
                            "us-east-1",
                            "lambda",
                            List.of("host"),
                            "",
                            "20260304T050607Z",
                            NOW,
                            Optional.empty(),
                            Optional.empty());
            keys.remember(claim, secret, keys.find(claim, secret));
            assertThat(keys.find(claim, new dev.cloister.api.SecretText("other")).getEncoded())
                    .isNotEqualTo(keys.find(claim, secret).getEncoded());
        }
        assertThat(keys.size()).isLessThanOrEqualTo(SigningKeys.MAX_KEYS);
    }

    private static RequestHead withPath(RequestHead head, String path) {
        return RequestHead.of(head.method(), path, head.rawQuery(), head.headers());
    }

    private static RequestHead withQuery(RequestHead head, String query) {
        return RequestHead.of(head.method(), head.rawPath(), query, head.headers());
    }

    private static RequestHead withHeader(RequestHead head, String name, String value) {
        RequestHeaders.Builder headers = new RequestHeaders.Builder();
        for (int i = 0; i < head.headers().size(); i++) {
            String other = head.headers().name(i);
            headers.add(other, other.equals(name) ? value : head.headers().value(i));
        }
        return RequestHead.of(head.method(), head.rawPath(), head.rawQuery(), headers.build());
    }

    private static RequestHeaders.Builder copy(RequestHeaders headers) {
        RequestHeaders.Builder builder = new RequestHeaders.Builder();
        for (int i = 0; i < headers.size(); i++) {
            builder.add(headers.name(i), headers.value(i));
        }
        return builder;
    }
}
