package dev.cloister.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** An operation that needs no signature, beside one that does. */
@TestInstance(Lifecycle.PER_CLASS)
final class UnsignedRequestTest {
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
    private static final String WISH =
            "Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr"
                    + "&RoleSessionName=session&WebIdentityToken=token";

    private final ApiServer server =
            new ApiServer(
                    ApiSettings.loopback(0),
                    new FakeCredentials(),
                    InstantSource.system(),
                    List.of(
                            TestServices.open(
                                    "sts",
                                    "/facts/sts.json",
                                    List.of(
                                            Operation.unsigned(
                                                    "AssumeRoleWithWebIdentity",
                                                    AssumeRoleWithWebIdentityRequest::builder,
                                                    UnsignedRequestTest::assume),
                                            Operation.modeled(
                                                    "GetCallerIdentity",
                                                    GetCallerIdentityRequest::builder,
                                                    UnsignedRequestTest::identity)))),
                    List.of());

    private static AssumeRoleWithWebIdentityResponse assume(
            AssumeRoleWithWebIdentityRequest input, UnsignedContext context) {
        if (input.webIdentityToken().equals("wrong")) {
            throw new AwsError("InvalidIdentityToken", 400, "no token")
                    .withHeader("x-more", "said");
        }
        return AssumeRoleWithWebIdentityResponse.builder()
                .subjectFromWebIdentityToken(
                        input.roleSessionName() + " from " + context.source().getHostAddress())
                .build();
    }

    private static GetCallerIdentityResponse identity(
            GetCallerIdentityRequest input, RequestContext context) {
        return GetCallerIdentityResponse.builder().arn(context.principal().arn()).build();
    }

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String send(byte[] request) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            return client.send(request).reply();
        }
    }

    private String post(String form) throws IOException {
        return send(
                ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                                + FORM
                                + "\r\nContent-Length: "
                                + form.length()
                                + "\r\n\r\n"
                                + form)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void nobodyHasToSignIt() throws IOException {
        assertThat(post("Action=AssumeRoleWithWebIdentity&" + WISH))
                .startsWith("HTTP/1.1 200")
                .contains(
                        "<SubjectFromWebIdentityToken>session from 127.0.0.1"
                                + "</SubjectFromWebIdentityToken>");
        assertThat(
                        send(
                                ("GET /?Action=AssumeRoleWithWebIdentity&"
                                                + WISH
                                                + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aSignatureDoesNoHarm() throws IOException {
        byte[] form =
                ("Action=AssumeRoleWithWebIdentity&" + WISH).getBytes(StandardCharsets.US_ASCII);
        assertThat(send(SignedText.of("sts", "POST", "/", Map.of("Content-Type", FORM), form)))
                .startsWith("HTTP/1.1 200")
                .contains("session from 127.0.0.1");
    }

    @Test
    void errorsAreTheServicesAndHeadersGoAlong() throws IOException {
        assertThat(post("Action=AssumeRoleWithWebIdentity&" + WISH.replace("=token", "=wrong")))
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("x-more: said")
                .contains("<Code>InvalidIdentityToken</Code>")
                .contains("https://sts.amazonaws.com/doc/2011-06-15/");
        assertThat(post("Action=AssumeRoleWithWebIdentity&Version=2011-06-15"))
                .startsWith("HTTP/1.1 400")
                .contains("<Code>ValidationError</Code>");
    }

    @Test
    void allElseIsRefused() throws IOException {
        for (String action : List.of("GetCallerIdentity", "AssumeRole", "Nothing", "")) {
            assertThat(post("Action=" + action + "&" + WISH))
                    .as(action)
                    .startsWith("HTTP/1.1 403")
                    .contains("<Code>MissingAuthenticationToken</Code>");
        }
        assertThat(post(WISH + "&x=" + "y".repeat(70_000))).startsWith("HTTP/1.1 413");
    }
}
