package dev.cloister.invoke.url;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.urls.FunctionUrl.AuthType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlRouteTest {
    private final UrlFixture url = new UrlFixture();

    /**
     * The invariant: an unsigned request reaches a function only through a URL of auth type NONE
     * that policies allow for nobody in particular.
     */
    @Test
    void anUnsignedRequestReachesAFunctionOnlyThroughAnOpenUrl() {
        for (AuthType type : AuthType.values()) {
            for (boolean signed : List.of(true, false)) {
                for (boolean forAll : List.of(true, false)) {
                    for (boolean forSigner : List.of(true, false)) {
                        UrlFixture each = new UrlFixture();
                        each.authType = type;
                        each.authorizer = call -> call.caller().isEmpty() ? forAll : forSigner;
                        FakeUrlRequest request = each.request();
                        request.signer =
                                signed ? Optional.of(FakeUrlRequest.SIGNER) : Optional.empty();
                        each.send(request);
                        boolean expected =
                                switch (type) {
                                    case NONE -> forAll;
                                    case AWS_IAM -> signed && forSigner;
                                };
                        assertThat(each.calls)
                                .as("%s signed=%s %s %s", type, signed, forAll, forSigner)
                                .hasSize(expected ? 1 : 0);
                        assertThat(request.status).isEqualTo(expected ? 200 : 403);
                    }
                }
            }
        }
    }

    @Test
    void refusesBeforeItReadsTheBody() {
        url.authorizer = _ -> false;
        FakeUrlRequest request = url.send(url.request().body("text/plain", new byte[9]));
        assertThat(request.bodyWasRead).isFalse();
        assertThat(request.answered("x-amzn-ErrorType")).containsExactly("AccessDeniedException");
        assertThat(request.text())
                .isEqualTo(
                        "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization"
                                + " issues, see:"
                                + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}");
    }

    @Test
    void aSignatureForAnotherRegionIsNone() {
        url.authType = AuthType.AWS_IAM;
        FakeUrlRequest request = url.request();
        request.signer = Optional.of(FakeUrlRequest.SIGNER);
        request.signedRegion = new Region("eu-west-1");
        assertThat(url.send(request).status).isEqualTo(403);
        assertThat(url.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "127.0.0.1",
                "lambda-url.us-east-1.localhost",
                ".lambda-url.us-east-1.localhost",
                UrlFixture.ID + ".lambda-url.us-east-1.evil.example",
                UrlFixture.ID + ".lambda-url.us-east-1.localhost.evil.example",
                UrlFixture.ID + ".lambda-url.us-east-1.notlocalhost",
                UrlFixture.ID + ".lambda-url..localhost",
                UrlFixture.ID + ".lambda-url.nowhere.localhost",
                UrlFixture.ID + ".lambda-url.us-east-1.localhost..",
                "a." + UrlFixture.ID + ".lambda-url.us-east-1.localhost",
                UrlFixture.ID + ".lambda-url.us-east-1.localhost:4566",
                UrlFixture.ID + ".lambda-url.us-east-1.localhost\u0000"
            })
    void leavesOtherHostsAlone(String host) {
        assertThat(url.route.takes(host)).isFalse();
    }

    @Test
    void namesAreWithoutCaseAndMayEndInADot() {
        assertThat(url.route.takes(UrlFixture.HOST)).isTrue();
        FakeUrlRequest request = url.request();
        request.host = UrlFixture.HOST.toUpperCase(java.util.Locale.ROOT) + ".";
        assertThat(url.route.takes(request.host)).isTrue();
        assertThat(url.send(request).status).isEqualTo(200);
        assertThat(url.event().at("/requestContext/domainName").asString())
                .isEqualTo(UrlFixture.HOST);
    }

    @Test
    void aNameOfNoUrlIsForbidden() {
        for (String host :
                List.of(
                        "zzz.lambda-url.us-east-1.localhost",
                        UrlFixture.ID + ".lambda-url.eu-west-1.localhost")) {
            FakeUrlRequest request = url.request();
            request.host = host;
            url.send(request);
            assertThat(request.status).isEqualTo(403);
            assertThat(request.text()).isEqualTo("{\"Message\":null}");
        }
        assertThat(url.calls).isEmpty();
    }

    @Test
    void theForwardedHostChoosesNothing() {
        FakeUrlRequest request = url.request().header("x-forwarded-host", UrlFixture.HOST);
        request.host = "zzz.lambda-url.us-east-1.localhost";
        assertThat(url.send(request).status).isEqualTo(403);
        assertThat(url.calls).isEmpty();
    }

    @Test
    void aFunctionThatFailsIsAServerError() {
        url.fails = true;
        FakeUrlRequest request = url.answering("{\"errorMessage\":\"secret\"}");
        assertThat(request.status).isEqualTo(502);
        assertThat(request.text()).isEqualTo("Internal Server Error");
    }

    @Test
    void throttlingShowsItsReason() {
        url.refusal =
                Optional.of(
                        new AwsError(
                                "TooManyRequestsException",
                                429,
                                "Rate Exceeded.",
                                Map.of("Reason", "R", "retryAfterSeconds", "1")));
        FakeUrlRequest request = url.send(url.request());
        assertThat(request.status).isEqualTo(429);
        assertThat(request.text()).isEqualTo("{\"Message\":\"Rate Exceeded.\",\"Reason\":\"R\"}");
        assertThat(request.answered("Retry-After")).containsExactly("1");
    }

    @Test
    void noReplyNamesAResource() {
        for (AwsError error :
                List.of(
                        new AwsError("ResourceNotFoundException", 404, "Function not found: arn:x"),
                        new AwsError("ServiceException", 500, "crun at arn:x failed"))) {
            url.refusal = Optional.of(error);
            FakeUrlRequest request = url.send(url.request());
            assertThat(request.status).isEqualTo(error.status());
            assertThat(request.text()).doesNotContain("arn:");
        }
    }

    @Test
    void anEventOverTheLimitIsTooLarge() {
        byte[] body = new byte[5_000_000]; // 6,666,668 characters of base64
        FakeUrlRequest request = url.send(url.request().body("application/octet-stream", body));
        assertThat(request.status).isEqualTo(413);
        assertThat(url.calls).isEmpty();
        assertThat(
                        url.send(
                                        url.request()
                                                .body(
                                                        "text/plain",
                                                        "a"
                                                                .repeat(6_000_000)
                                                                .getBytes(
                                                                        java.nio.charset
                                                                                .StandardCharsets
                                                                                .UTF_8)))
                                .status)
                .isEqualTo(200);
    }
}
