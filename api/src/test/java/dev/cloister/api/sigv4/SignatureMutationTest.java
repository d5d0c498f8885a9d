package dev.cloister.api.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AwsError;
import dev.cloister.api.FakeCredentials;
import dev.cloister.api.SignedText;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request in which any one character of what is signed has been changed is refused. */
final class SignatureMutationTest {
    private static final String PATH = "/2015-03-31/functions/f%3A1/invocations";
    private static final String QUERY = "Qualifier=live&b=1&a=x";
    private static final byte[] BODY = "{\"key\":\"value\"}".getBytes(StandardCharsets.UTF_8);

    private final SignatureVerifier verifier =
            new SignatureVerifier(new FakeCredentials(), Set.of());
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void sign() {
        String text =
                new String(
                        SignedText.of(
                                "lambda",
                                "POST",
                                PATH + "?" + QUERY,
                                Map.of(
                                        "Content-Type", "application/json",
                                        "X-Amz-Client-Context", "e30="),
                                BODY),
                        StandardCharsets.ISO_8859_1);
        text.lines()
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> !line.startsWith("Content-Length"))
                .forEach(
                        line ->
                                headers.put(
                                        line.substring(0, line.indexOf(": "))
                                                .toLowerCase(Locale.ROOT),
                                        line.substring(line.indexOf(": ") + 2)));
        now = claim("POST", PATH, QUERY, headers).orElseThrow().signedAt();
    }

    private static RequestHead head(
            String method, String path, String query, Map<String, String> headers) {
        RequestHeaders.Builder all = new RequestHeaders.Builder();
        headers.forEach(all::add);
        return RequestHead.of(method, path, query, all.build());
    }

    private static Optional<SignatureClaim> claim(
            String method, String path, String query, Map<String, String> headers) {
        return ClaimParser.parse(head(method, path, query, headers));
    }

    private boolean accepts(
            String method, String path, String query, Map<String, String> sent, byte[] body) {
        try {
            RequestHead head = head(method, path, query, sent);
            Optional<SignatureClaim> claim = ClaimParser.parse(head);
            return claim.isPresent()
                    && Arrays.equals(
                            body,
                            verifier.verify(
                                    head,
                                    verifier.check(head, claim.get(), Optional.of("lambda"), now),
                                    body));
        } catch (SignatureRefusal | MalformedRequestException | AwsError e) {
            return false;
        }
    }

    /** The text with each of its characters changed in turn, left out, or doubled. */
    private static List<String> mutations(String text) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == '7' ? '8' : '7';
            all.add(text.substring(0, i) + other + text.substring(i + 1));
            all.add(text.substring(0, i) + text.substring(i + 1));
            all.add(text.substring(0, i) + text.charAt(i) + text.substring(i));
        }
        return all;
    }

    @Test
    void whatWasSignedIsAccepted() {
        assertThat(accepts("POST", PATH, QUERY, headers, BODY)).isTrue();
        assertThat(headers).containsKeys("host", "x-amz-date", "x-amz-client-context");
    }

    @Test
    void aChangedMethodPathOrQueryIsRefused() {
        for (String method : List.of("GET", "PUT", "post", "POSTT")) {
            assertThat(accepts(method, PATH, QUERY, headers, BODY)).as(method).isFalse();
        }
        for (String path : mutations(PATH)) {
            // A doubled slash is the same path, by the rules of the signature.
            if (!path.contains("//")) {
                assertThat(accepts("POST", path, QUERY, headers, BODY)).as(path).isFalse();
            }
        }
        for (String query : mutations(QUERY)) {
            // So is a doubled ampersand.
            if (!query.contains("&&")) {
                assertThat(accepts("POST", PATH, query, headers, BODY)).as(query).isFalse();
            }
        }
    }

    @Test
    void aChangedBodyIsRefused() {
        for (String body : mutations(new String(BODY, StandardCharsets.UTF_8))) {
            assertThat(accepts("POST", PATH, QUERY, headers, body.getBytes(StandardCharsets.UTF_8)))
                    .as(body)
                    .isFalse();
        }
    }

    @Test
    void aChangedSignedHeaderIsRefusedAndOneThatWasTakenAway() {
        SignatureClaim claim = claim("POST", PATH, QUERY, headers).orElseThrow();
        for (String name : claim.signedHeaders()) {
            for (String value : mutations(headers.getOrDefault(name, ""))) {
                Map<String, String> changed = new LinkedHashMap<>(headers);
                changed.put(name, value);
                assertThat(accepts("POST", PATH, QUERY, changed, BODY))
                        .as("%s: %s", name, value)
                        .isFalse();
            }
            Map<String, String> fewer = new LinkedHashMap<>(headers);
            fewer.remove(name);
            assertThat(accepts("POST", PATH, QUERY, fewer, BODY)).as(name).isFalse();
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put("x-amz-invocation-type", "Event");
        assertThat(accepts("POST", PATH, QUERY, more, BODY)).isFalse();
        more = new LinkedHashMap<>(headers);
        more.put("x-amz-security-token", "token");
        assertThat(accepts("POST", PATH, QUERY, more, BODY)).isFalse();
    }

    /** The key's id, the scope, the list of headers and the signature itself. */
    @Test
    void aChangedAuthorizationIsRefused() {
        String authorization = headers.getOrDefault("authorization", "");
        for (String changed : mutations(authorization)) {
            // A blank or comma more between the parts is none of them.
            if (parts(changed).equals(parts(authorization))) {
                continue;
            }
            Map<String, String> sent = new LinkedHashMap<>(headers);
            sent.put("authorization", changed);
            assertThat(accepts("POST", PATH, QUERY, sent, BODY)).as(changed).isFalse();
        }
    }

    private static String parts(String authorization) {
        return authorization.replaceAll("[, ]+", ",");
    }

    @Test
    void aScopeForElsewhereIsRefused() {
        for (String other : List.of("us-east-2", "eu-west-1", "s3", "sts", "iam")) {
            String authorization =
                    headers.getOrDefault("authorization", "")
                            .replace(
                                    other.contains("-") ? "us-east-1" : "/lambda/",
                                    other.contains("-") ? other : "/" + other + "/");
            Map<String, String> sent = new LinkedHashMap<>(headers);
            sent.put("authorization", authorization);
            assertThat(accepts("POST", PATH, QUERY, sent, BODY)).as(other).isFalse();
        }
    }
}
