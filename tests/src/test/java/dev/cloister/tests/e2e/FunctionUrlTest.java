package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Function URLs on the running product, with plain HTTP as a browser or curl speaks it. */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FunctionUrlTest {
    private static final String ECHO =
            """
            import json
            def handler(event, context):
                if event['rawPath'] == '/fail':
                    raise ValueError('told to')
                return {'statusCode': 203, 'cookies': ['a=1', 'b=2'],
                        'headers': {'content-type': 'application/json', 'x-id': context.aws_request_id},
                        'body': json.dumps(event)}
            """;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Installation installation;
    private final LambdaClient lambda;

    FunctionUrlTest(Installation installation) {
        this.installation = installation;
        this.lambda = installation.lambda();
    }

    @AfterAll
    void close() {
        lambda.close();
    }

    /** What came back. */
    private record Reply(int status, List<String> headers, String body) {
        List<String> all(String name) {
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }
    }

    /**
     * By hand: Java does not resolve names under localhost everywhere, nor lets a client say Host.
     */
    private Reply send(String method, String url, List<String> headers, String body)
            throws IOException {
        URI uri = URI.create(url);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        StringBuilder request = new StringBuilder();
        request.append(method).append(' ').append(uri.getRawPath()).append(query);
        request.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority());
        request.append("\r\nContent-Length: ").append(body.length());
        headers.forEach(header -> request.append("\r\n").append(header));
        request.append("\r\n\r\n").append(body);
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), installation.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            return read(socket.getInputStream());
        }
    }

    private static Reply read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the reply ended in its head: " + head);
            }
            head.append((char) octet);
        }
        List<String> lines = head.toString().lines().toList();
        Reply reply =
                new Reply(
                        Integer.parseInt(lines.getFirst().substring(9, 12)),
                        lines.subList(1, lines.size()),
                        "");
        int length = Integer.parseInt(reply.all("content-length").getFirst());
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Reply(reply.status(), reply.headers(), body);
    }

    private Reply get(String url) throws IOException {
        return send("GET", url, List.of(), "");
    }

    private void open(String function) {
        lambda.addPermission(
                p ->
                        p.functionName(function)
                                .statementId("url")
                                .action("lambda:InvokeFunctionUrl")
                                .principal("*")
                                .functionUrlAuthType(FunctionUrlAuthType.NONE));
        lambda.addPermission(
                p ->
                        p.functionName(function)
                                .statementId("invoke")
                                .action("lambda:InvokeFunction")
                                .principal("*")
                                .invokedViaFunctionUrl(true));
    }

    /** The unsigned gets in only where a URL of auth type NONE exists and its policy lets it. */
    @Test
    void anybodyGetsInThroughAnOpenUrlOnly() throws IOException {
        try (TestFunction function = TestFunction.python(installation, lambda, ECHO)) {
            String name = function.name();
            String url =
                    lambda.createFunctionUrlConfig(
                                    r ->
                                            r.functionName(name)
                                                    .authType(FunctionUrlAuthType.NONE)
                                                    .cors(c -> c.allowOrigins("https://a.example")))
                            .functionUrl();
            assertThat(url)
                    .isEqualTo(
                            lambda.getFunctionUrlConfig(r -> r.functionName(name)).functionUrl());
            assertThat(get(url).status()).isEqualTo(403);
            open(name);
            Reply reply =
                    send(
                            "POST",
                            url + "a%20b?x=1&x=2",
                            List.of("Content-Type: text/plain", "Cookie: c=3; d=4"),
                            "hello");
            assertThat(reply.status()).isEqualTo(203);
            assertThat(reply.all("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(reply.all("x-id")).isEqualTo(reply.all("x-amzn-requestid"));
            JsonNode event = JSON.readTree(reply.body());
            assertThat(event.path("rawPath").asString()).isEqualTo("/a b");
            assertThat(event.at("/queryStringParameters/x").asString()).isEqualTo("1,2");
            assertThat(event.at("/cookies/1").asString()).isEqualTo("d=4");
            assertThat(event.path("body").asString()).isEqualTo("hello");
            assertThat(event.at("/requestContext/accountId").asString()).isEqualTo("anonymous");
            assertThat(get(url + "fail"))
                    .satisfies(
                            failed -> assertThat(failed.status()).isEqualTo(502),
                            failed -> assertThat(failed.body()).isEqualTo("Internal Server Error"));
            assertThat(
                            send(
                                            "OPTIONS",
                                            url,
                                            List.of(
                                                    "Origin: https://a.example",
                                                    "Access-Control-Request-Method: GET"),
                                            "")
                                    .all("access-control-allow-origin"))
                    .containsExactly("https://a.example");

            lambda.removePermission(p -> p.functionName(name).statementId("invoke"));
            assertThat(get(url).status()).isEqualTo(403);
            lambda.addPermission(
                    p ->
                            p.functionName(name)
                                    .statementId("invoke")
                                    .action("lambda:InvokeFunction")
                                    .principal("*"));
            assertThat(get(url).status()).isEqualTo(203);
            lambda.updateFunctionUrlConfig(
                    r -> r.functionName(name).authType(FunctionUrlAuthType.AWS_IAM));
            assertThat(get(url).status()).isEqualTo(403);
            lambda.deleteFunctionUrlConfig(r -> r.functionName(name));
            assertThat(get(url))
                    .satisfies(
                            gone -> assertThat(gone.status()).isEqualTo(403),
                            gone -> assertThat(gone.body()).isEqualTo("{\"Message\":null}"));
        }
    }

    @Test
    void aUrlWithIamTakesSignedRequestsOfItsAccount() throws IOException {
        try (TestFunction function = TestFunction.python(installation, lambda, ECHO)) {
            String url =
                    lambda.createFunctionUrlConfig(
                                    r ->
                                            r.functionName(function.name())
                                                    .authType(FunctionUrlAuthType.AWS_IAM))
                            .functionUrl();
            List<String> signed = signature(url, installation.region());
            Reply reply = send("GET", url, signed, "");
            assertThat(reply.status()).isEqualTo(203);
            JsonNode event = JSON.readTree(reply.body());
            assertThat(event.at("/requestContext/authorizer/iam/accessKey").asString())
                    .isEqualTo(installation.variable("AWS_ACCESS_KEY_ID"));
            assertThat(event.at("/headers").has("authorization")).isFalse();
            assertThat(send("GET", url + "other", signed, "").status()).isEqualTo(403);
            assertThat(send("GET", url, signature(url, "eu-west-1"), "").status()).isEqualTo(403);
        }
    }

    private List<String> signature(String url, String region) {
        AwsBasicCredentials credentials =
                AwsBasicCredentials.create(
                        installation.variable("AWS_ACCESS_KEY_ID"),
                        installation.variable("AWS_SECRET_ACCESS_KEY"));
        return AwsV4HttpSigner.create()
                .sign(
                        r ->
                                r.identity(credentials)
                                        .request(
                                                SdkHttpRequest.builder()
                                                        .method(SdkHttpMethod.GET)
                                                        .uri(URI.create(url))
                                                        .build())
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request()
                .headers()
                .entrySet()
                .stream()
                .filter(header -> !header.getKey().equalsIgnoreCase("host"))
                .map(header -> header.getKey() + ": " + header.getValue().getFirst())
                .toList();
    }
}
