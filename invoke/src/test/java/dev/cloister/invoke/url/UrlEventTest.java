package dev.cloister.invoke.url;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.HostRoute.Field;
import dev.cloister.functions.urls.FunctionUrl.AuthType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class UrlEventTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final UrlFixture url = new UrlFixture();

    private JsonNode event(FakeUrlRequest request) {
        url.send(request);
        return url.event();
    }

    @Test
    void isInPayloadFormatTwo() {
        FakeUrlRequest request =
                url.request()
                        .header("host", UrlFixture.HOST + ":4566")
                        .header("header1", "value1")
                        .header("header2", "value1")
                        .header("header2", "value2")
                        .header("cookie", "a=1; b=2")
                        .header("cookie", "c=3;;")
                        .header("user-agent", "agent")
                        .header("connection", "keep-alive")
                        .header("x-forwarded-for", "203.0.113.1")
                        .header("x-forwarded-proto", "https")
                        .header("x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678")
                        .body("application/json", "{\"k\":\"ü\"}".getBytes(StandardCharsets.UTF_8));
        request.method = "POST";
        request.rawPath = "/my/pa%20th/%C3%BC";
        request.rawQuery = "p=1&p=2&q=%20&r";
        request.query.add(new Field("p", "1"));
        request.query.add(new Field("p", "2"));
        request.query.add(new Field("q", " "));
        request.query.add(new Field("r", ""));
        assertThat(event(request))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {
                                  "version": "2.0",
                                  "routeKey": "$default",
                                  "rawPath": "/my/pa th/ü",
                                  "rawQueryString": "p=1&p=2&q=%20&r",
                                  "cookies": ["a=1", "b=2", "c=3"],
                                  "headers": {
                                    "content-type": "application/json",
                                    "header1": "value1",
                                    "header2": "value1,value2",
                                    "host": "HOST:4566",
                                    "user-agent": "agent",
                                    "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
                                    "x-forwarded-for": "192.0.2.9",
                                    "x-forwarded-port": "4566",
                                    "x-forwarded-proto": "http"
                                  },
                                  "queryStringParameters": {"p": "1,2", "q": " ", "r": ""},
                                  "requestContext": {
                                    "accountId": "anonymous",
                                    "apiId": "abcdefghijklmnopqrstuvwxyz012345",
                                    "authentication": null,
                                    "domainName": "HOST",
                                    "domainPrefix": "abcdefghijklmnopqrstuvwxyz012345",
                                    "http": {
                                      "method": "POST",
                                      "path": "/my/pa th/ü",
                                      "protocol": "HTTP/1.1",
                                      "sourceIp": "192.0.2.9",
                                      "userAgent": "agent"
                                    },
                                    "requestId": "00000000-0000-0000-0000-00000000002a",
                                    "routeKey": "$default",
                                    "stage": "$default",
                                    "time": "07/Sep/2026:22:50:22 +0000",
                                    "timeEpoch": 1788821422123
                                  },
                                  "body": "{\\"k\\":\\"ü\\"}",
                                  "isBase64Encoded": false
                                }
                                """
                                        .replace("HOST", UrlFixture.HOST)));
        assertThat(url.calls.getLast().requestId()).isEqualTo(FakeUrlRequest.ID);
    }

    @Test
    void tellsWhoSignedButNotTheSignature() {
        url.authType = AuthType.AWS_IAM;
        FakeUrlRequest request = url.request().header("authorization", "AWS4-HMAC-SHA256 secret");
        request.signer = Optional.of(FakeUrlRequest.SIGNER);
        JsonNode event = event(request);
        assertThat(event.path("headers").has("authorization")).isFalse();
        assertThat(event.at("/requestContext/accountId").asString()).isEqualTo("123456789012");
        assertThat(event.at("/requestContext/authorizer"))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"iam": {
                                  "accessKey": "AKIAEXAMPLE",
                                  "accountId": "123456789012",
                                  "callerId": "AIDAEXAMPLE",
                                  "cognitoIdentity": null,
                                  "principalOrgId": null,
                                  "userArn": "arn:aws:iam::123456789012:user/u",
                                  "userId": "AIDAEXAMPLE"
                                }}
                                """));
    }

    @Test
    void leavesAnAuthorizationOfTheFunctionsOwn() {
        JsonNode event = event(url.request().header("authorization", "Bearer token"));
        assertThat(event.at("/headers/authorization").asString()).isEqualTo("Bearer token");
        assertThat(event.has("cookies")).isFalse();
        assertThat(event.has("body")).isFalse();
        assertThat(event.has("queryStringParameters")).isFalse();
        assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, false",
        "text/html; charset=utf-8, false",
        "application/json, false",
        "APPLICATION/JSON;charset=UTF-8, false",
        "application/problem+json, false",
        "image/svg+xml, false",
        "application/javascript, false",
        "application/xml, false",
        "application/x-www-form-urlencoded, true",
        "application/octet-stream, true",
        "multipart/form-data; boundary=x, true",
        "image/png, true",
        "'', true"
    })
    void encodesBodiesByTheirContentType(String type, boolean base64) {
        JsonNode event = event(url.request().body(type, "a=ü".getBytes(StandardCharsets.UTF_8)));
        assertThat(event.path("isBase64Encoded").asBoolean()).isEqualTo(base64);
        String body = event.path("body").asString();
        assertThat(
                        base64
                                ? new String(
                                        Base64.getDecoder().decode(body), StandardCharsets.UTF_8)
                                : body)
                .isEqualTo("a=ü");
    }

    @Test
    void textThatIsNoUtf8StaysAsItWasSent() {
        byte[] latin = {'a', (byte) 0xfc, 'b'};
        JsonNode event = event(url.request().body("text/plain; charset=iso-8859-1", latin));
        assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
        assertThat(Base64.getDecoder().decode(event.path("body").asString())).isEqualTo(latin);
    }

    @ParameterizedTest
    @CsvSource({
        "/pa2%Fth/1, /pa2%Fth/1",
        "/a%2Fb, /a/b",
        "/%25zz, /%zz",
        "/%2541, /%41",
        "/%, /%",
        "/%2, /%2",
        "/%FF, /%FF",
        "/%C3, /%C3",
        "/%F0%9F%98%80, /\uD83D\uDE00",
        "//a/../b, //a/../b"
    })
    void decodesThePathOnce(String raw, String decoded) {
        FakeUrlRequest request = url.request();
        request.rawPath = raw;
        assertThat(event(request).path("rawPath").asString()).isEqualTo(decoded);
    }
}
