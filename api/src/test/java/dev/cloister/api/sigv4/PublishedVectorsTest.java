package dev.cloister.api.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.CredentialLookup;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Requests and signatures that AWS has published: its Signature Version 4 test suite, and the
 * examples of the S3 API reference ("Authenticating requests") and of the IAM guide.
 */
class PublishedVectorsTest {
    private static final String SUITE_KEY = "AKIDEXAMPLE";
    private static final String S3_KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String EMPTY_HASH =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final CredentialLookup credentials =
            key ->
                    Optional.ofNullable(
                                    Map.of(
                                                    SUITE_KEY,
                                                    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                                    S3_KEY,
                                                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
                                            .get(key))
                            .map(secret -> credential(key, secret));
    private final SignatureVerifier verifier = new SignatureVerifier(credentials, Set.of());

    private static SigningCredential credential(String key, String secret) {
        return new SigningCredential(
                new Principal(new AccountId("123456789012"), "arn", "id", key),
                new SecretText(secret),
                Optional.empty());
    }

    private byte[] verify(RequestHead head, byte[] body, String now) {
        SignatureClaim claim = ClaimParser.parse(head).orElseThrow();
        Candidate candidate = verifier.check(head, claim, Optional.empty(), Instant.parse(now));
        return verifier.verify(head, candidate, body);
    }

    private static RequestHead head(String method, String target, String... headers) {
        RequestHeaders.Builder builder = new RequestHeaders.Builder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.add(headers[i], headers[i + 1]);
        }
        int question = target.indexOf('?');
        return RequestHead.of(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                builder.build());
    }

    private static String suite(String signedHeaders, String signature) {
        return "AWS4-HMAC-SHA256 Credential="
                + SUITE_KEY
                + "/20150830/us-east-1/service/aws4_request, SignedHeaders="
                + signedHeaders
                + ", Signature="
                + signature;
    }

    private void suiteCase(
            String method, String target, String signature, String signed, String... extra) {
        String[] headers = {
            "Host", "example.amazonaws.com",
            "X-Amz-Date", "20150830T123600Z",
            "Authorization", suite(signed, signature)
        };
        String[] all = Arrays.copyOf(headers, headers.length + extra.length);
        System.arraycopy(extra, 0, all, headers.length, extra.length);
        RequestHead head = head(method, target, all);
        assertThat(verify(head, new byte[0], "2015-08-30T12:36:00Z")).isEmpty();
    }

    @Test
    void acceptsTheTestSuite() {
        suiteCase(
                "GET",
                "/",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "host;x-amz-date");
        suiteCase(
                "POST",
                "/",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
                "host;x-amz-date");
        suiteCase(
                "GET",
                "/?Param2=value2&Param1=value1",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
                "host;x-amz-date");
        suiteCase(
                "GET",
                "/",
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
                "host;my-header1;my-header2;x-amz-date",
                "My-Header1",
                " value1",
                "My-Header2",
                " \"a   b   c\"");
        for (String path : new String[] {"/./", "//", "/example/..", "/a/b/../.."}) {
            suiteCase(
                    "GET",
                    path,
                    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                    "host;x-amz-date");
        }
    }

    @Test
    void acceptsTheGuidesExample() {
        RequestHead head =
                head(
                        "GET",
                        "/?Action=ListUsers&Version=2010-05-08",
                        "Host",
                        "iam.amazonaws.com",
                        "Content-Type",
                        "application/x-www-form-urlencoded; charset=utf-8",
                        "X-Amz-Date",
                        "20150830T123600Z",
                        "Authorization",
                        "AWS4-HMAC-SHA256"
                                + " Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                                + " SignedHeaders=content-type;host;x-amz-date,"
                                + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
        assertThat(verify(head, new byte[0], "2015-08-30T12:40:59Z")).isEmpty();
        assertThatThrownBy(() -> verify(head, new byte[0], "2015-08-30T12:41:01Z"))
                .hasMessage(
                        "Signature expired: 20150830T123600Z is now earlier than"
                                + " 20150830T123601Z (20150830T124101Z - 5 min.)");
        assertThatThrownBy(() -> verify(head, new byte[0], "2015-08-30T12:30:59Z"))
                .hasMessage(
                        "Signature not yet current: 20150830T123600Z is still later than"
                                + " 20150830T123559Z (20150830T123059Z + 5 min.)");
    }

    private static String s3(String signedHeaders, String signature) {
        return "AWS4-HMAC-SHA256 Credential="
                + S3_KEY
                + "/20130524/us-east-1/s3/aws4_request,SignedHeaders="
                + signedHeaders
                + ",Signature="
                + signature;
    }

    @Test
    void acceptsS3sObjectExamples() {
        RequestHead get =
                head(
                        "GET",
                        "/test.txt",
                        "Host",
                        "examplebucket.s3.amazonaws.com",
                        "Authorization",
                        s3(
                                "host;range;x-amz-content-sha256;x-amz-date",
                                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
                        "Range",
                        "bytes=0-9",
                        "x-amz-content-sha256",
                        EMPTY_HASH,
                        "x-amz-date",
                        "20130524T000000Z");
        assertThat(verify(get, new byte[0], "2013-05-24T00:00:00Z")).isEmpty();
        byte[] body = "Welcome to Amazon S3.".getBytes(StandardCharsets.UTF_8);
        RequestHead put =
                head(
                        "PUT",
                        "/test$file.text",
                        "Host",
                        "examplebucket.s3.amazonaws.com",
                        "Date",
                        "Fri, 24 May 2013 00:00:00 GMT",
                        "Authorization",
                        s3(
                                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
                        "x-amz-date",
                        "20130524T000000Z",
                        "x-amz-storage-class",
                        "REDUCED_REDUNDANCY",
                        "x-amz-content-sha256",
                        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
        assertThat(verify(put, body, "2013-05-24T00:00:00Z")).isEqualTo(body);
    }

    @Test
    void acceptsS3sPresignedExampleForADay() {
        RequestHead head =
                head(
                        "GET",
                        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                        "Host",
                        "examplebucket.s3.amazonaws.com");
        assertThat(verify(head, new byte[0], "2013-05-24T23:59:59Z")).isEmpty();
        assertThatThrownBy(() -> verify(head, new byte[0], "2013-05-25T00:00:00Z"))
                .hasMessage("Request has expired");
    }

    private static RequestHead chunkedHead() {
        return head(
                "PUT",
                "/examplebucket/chunkObject.txt",
                "Host",
                "s3.amazonaws.com",
                "x-amz-date",
                "20130524T000000Z",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY",
                "Authorization",
                s3(
                        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date"
                                + ";x-amz-decoded-content-length;x-amz-storage-class",
                        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Content-Encoding",
                "aws-chunked",
                "x-amz-decoded-content-length",
                "66560",
                "Content-Length",
                "66824");
    }

    private static String chunkedBody() {
        return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                + "a".repeat(65_536)
                + "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                + "a".repeat(1_024)
                + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
    }

    @Test
    void acceptsS3sChunkedExampleAndNoChangeOfIt() {
        String body = chunkedBody();
        assertThat(body).hasSize(66_824);
        String now = "2013-05-24T00:00:00Z";
        assertThat(verify(chunkedHead(), ascii(body), now)).isEqualTo(ascii("a".repeat(66_560)));
        for (String changed :
                new String[] {
                    body.replaceFirst("aaa", "aba"),
                    body.replaceFirst("aa\r\n0;", "ab\r\n0;"),
                    body.replace("b6c6ea8a", "b6c6ea8b"),
                    body.replace("0055627c", "0055627d")
                }) {
            assertThatThrownBy(() -> verify(chunkedHead(), ascii(changed), now))
                    .isInstanceOf(SignatureRefusal.class);
        }
        for (String malformed :
                new String[] {
                    body.substring(0, body.length() - 2),
                    body.substring(0, body.length() - 90),
                    body.replace("400;", "3ff;"),
                    body.replace("400;", "fffffff;"),
                    body.replace("400;", "ffffffff;"),
                    body.replace("400;chunk-signature", "400;x"),
                    body + "x",
                    "",
                    "\r\n",
                    "x".repeat(5_000) + "\r\n"
                }) {
            assertThatThrownBy(() -> verify(chunkedHead(), ascii(malformed), now))
                    .isInstanceOfAny(SignatureRefusal.class, MalformedRequestException.class);
        }
    }

    private byte[] stream(RequestHead head, byte[] body) {
        SignatureClaim claim = ClaimParser.parse(head).orElseThrow();
        Candidate candidate =
                verifier.check(
                        head, claim, Optional.empty(), Instant.parse("2013-05-24T00:00:00Z"));
        try {
            return verifier
                    .open(
                            head,
                            candidate,
                            new ByteArrayInputStream(body),
                            OptionalLong.of(body.length))
                    .stream()
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void acceptsTheSameWhileItStreams() {
        String body = chunkedBody();
        assertThat(stream(chunkedHead(), ascii(body))).isEqualTo(ascii("a".repeat(66_560)));
        for (String changed :
                new String[] {
                    body.replaceFirst("aaa", "aba"),
                    body.replaceFirst("aa\r\n0;", "ab\r\n0;"),
                    body.replace("b6c6ea8a", "b6c6ea8b"),
                    body.replace("0055627c", "0055627d"),
                    body.substring(0, body.length() - 2),
                    body.substring(0, body.length() - 90),
                    body.substring(0, 30_000),
                    body.replace("400;", "3ff;"),
                    body.replace("400;", "fffffffff;"),
                    body.replace("400;", "ffffffffff;"),
                    body.replace("400;chunk-signature", "400;x"),
                    body.replace("\r\n\r\n", "\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
                    body + "x",
                    "",
                    "\r\n",
                    "x".repeat(5_000) + "\r\n"
                }) {
            assertThatThrownBy(() -> stream(chunkedHead(), ascii(changed)))
                    .isInstanceOfAny(SignatureRefusal.class, AwsError.class);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
