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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies as they go over the wire, where Amazon's clients would not send the request. */
@TestInstance(Lifecycle.PER_CLASS)
class EdgeTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final AnonymousRoute download =
            new AnonymousRoute() {
                @Override
                public boolean takes(String method, String rawPath) {
                    return method.equals("GET") && rawPath.startsWith("/download/");
                }

                @Override
                public void handle(AnonymousRequest request, RawHandler.RawResponse response)
                        throws IOException {
                    if (request.query("token").isEmpty()) {
                        throw new AwsError("AccessDenied", 403, "no token");
                    }
                    response.send(
                            (request.rawPath() + "|" + request.rawQuery())
                                    .getBytes(StandardCharsets.UTF_8));
                }
            };
    private final ApiServer server =
            new ApiServer(
                    ApiSettings.loopback(0),
                    new FakeCredentials(),
                    InstantSource.system(),
                    new TestServices().definitions(),
                    List.of(download));

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String exchange(byte[] request) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            return client.send(request).reply();
        }
    }

    private String plain(String text) throws IOException {
        return exchange(text.getBytes(StandardCharsets.UTF_8));
    }

    private String signed(
            String service, String method, String target, Map<String, String> headers, String body)
            throws IOException {
        return exchange(
                SignedText.of(
                        service, method, target, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    private String create(String members) throws IOException {
        return signed(
                "lambda",
                "POST",
                FUNCTIONS,
                Map.of(),
                "{\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::123456789012:role/r\",\"Code\":{}"
                        + members
                        + "}");
    }

    @Test
    void refusesRequestsWithoutSignatureInEachProtocol() throws IOException {
        assertThat(plain("GET " + FUNCTIONS + "/f HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("x-amzn-ErrorType: MissingAuthenticationTokenException")
                .endsWith("{\"message\":\"Missing Authentication Token\"}");
        assertThat(plain("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 403");
        assertThat(
                        plain(
                                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n"
                                        .concat("X-Amz-Target: Logs_20140328.X\r\n\r\n")))
                .startsWith("HTTP/1.1 400")
                .contains("application/x-amz-json-1.1")
                .contains("\"__type\":\"MissingAuthenticationTokenException\"");
        assertThat(
                        plain(
                                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Type: "
                                        .concat(FORM)
                                        .concat("\r\n\r\n")))
                .startsWith("HTTP/1.1 403")
                .contains("<Code>MissingAuthenticationToken</Code>")
                .contains("<Message>Request is missing Authentication Token</Message>");
    }

    @Test
    void whatNamesARestServiceIsNoFormWhateverItsContentType() throws IOException {
        assertThat(
                        signed(
                                "lambda",
                                "POST",
                                FUNCTIONS + "/f/invocations",
                                Map.of("Content-Type", FORM),
                                "{}"))
                .startsWith("HTTP/1.1 200")
                .contains("X-Seen-Function: f");
    }

    @Test
    void tellsUnknownFromUnavailableOperationsAndServices() throws IOException {
        assertThat(signed("lambda", "GET", "/2099-01-01/x", Map.of(), ""))
                .startsWith("HTTP/1.1 404")
                .contains("x-amzn-ErrorType: UnknownOperationException");
        assertThat(signed("lambda", "PATCH", FUNCTIONS, Map.of(), "")).startsWith("HTTP/1.1 404");
        assertThat(signed("lambda", "GET", "/2018-10-31/layers?find=LayerVersion", Map.of(), ""))
                .startsWith("HTTP/1.1 501")
                .contains("GetLayerVersionByArn is not available in this version of Cloister");
        assertThat(signed("lambda", "GET", "/2018-10-31/layers", Map.of(), ""))
                .contains("ListLayers is not available");
        assertThat(
                        signed(
                                "logs",
                                "POST",
                                "/",
                                Map.of("X-Amz-Target", "Logs_20140328.Nothing"),
                                "{}"))
                .startsWith("HTTP/1.1 400")
                .contains("\"__type\":\"UnknownOperationException\"");
        assertThat(signed("sts", "POST", "/", Map.of("Content-Type", FORM), "Action=Nothing"))
                .startsWith("HTTP/1.1 400")
                .contains("<Code>InvalidAction</Code>")
                .contains("The action Nothing is not valid for this web service.");
        assertThat(
                        signed(
                                "dynamodb",
                                "POST",
                                "/",
                                Map.of("X-Amz-Target", "DynamoDB_20120810.ListTables"),
                                "{}"))
                .startsWith("HTTP/1.1 501")
                .contains("The service 'dynamodb' is not available in this version of Cloister");
        assertThat(
                        signed(
                                "monitoring",
                                "POST",
                                "/service/X/operation/Y",
                                Map.of("smithy-protocol", "rpc-v2-cbor"),
                                ""))
                .startsWith("HTTP/1.1 501")
                .contains("RPC_V2_CBOR is not available");
    }

    @Test
    void insistsOnTheScopesService() throws IOException {
        assertThat(signed("sts", "GET", FUNCTIONS + "/f", Map.of(), ""))
                .startsWith("HTTP/1.1 403")
                .contains("Credential should be scoped to correct service: 'lambda'.");
    }

    @Test
    void answersQueriesByGetToo() throws IOException {
        assertThat(
                        signed(
                                "sts",
                                "GET",
                                "/?Action=GetCallerIdentity&Version=2011-06-15",
                                Map.of(),
                                ""))
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/xml")
                .contains(
                        "<GetCallerIdentityResponse"
                                + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>")
                .contains("<Account>123456789012</Account>");
    }

    @Test
    void servesAnonymousRoutesFirst() throws IOException {
        assertThat(plain("GET /_cloister/health HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("{\"status\":\"ok\"}");
        assertThat(plain("GET /download/a%2Fb?token=x%20y HTTP/1.1\r\nHost: h\r\n\r\n"))
                .endsWith("/download/a%2Fb|token=x%20y");
        assertThat(plain("GET /download/a HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .endsWith("{\"message\":\"no token\"}");
        assertThat(
                        plain(
                                "GET /download/a?token HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
                                        .concat("\r\na")))
                .startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ,"Timeout":"abc" | STRING_VALUE can not be converted to an Integer
                    ,"Timeout":1.5 | DECIMAL_VALUE can not be converted to an Integer
                    ,"Timeout":99999999999 | NUMBER_VALUE can not be converted to an Integer
                    ,"Timeout":true | TRUE_VALUE can not be converted to an Integer
                    ,"Handler":7 | NUMBER_VALUE can not be converted to a String
                    ,"Publish":"true" | STRING_VALUE can not be converted to a Boolean
                    ,"Handler":[] | Start of list found where not expected
                    ,"Handler":{} | Start of structure or map found where not expected.
                    ,"Layers":"x" | Unexpected field type
                    ,"Tags":[] | Start of list found where not expected
                    ,"Code":{"ZipFile":"***"} | The value of ZipFile is not valid Base64
                    ,"Timeout":3,, | Could not parse request body into json: malformed JSON
                    """)
    void refusesWrongTypes(String members, String message) throws IOException {
        assertThat(create(members))
                .startsWith("HTTP/1.1 400")
                .contains("x-amzn-ErrorType: SerializationException")
                .endsWith("{\"message\":\"" + message + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ,"Handler":"a b" | Value 'a b' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\\\s]+
                    ,"PackageType":"Tar" | Value 'Tar' at 'packageType' failed to satisfy constraint: Member must satisfy enum value set: [Zip, Image]
                    ,"Architectures":["X86"] | Value '[X86]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]
                    ,"Architectures":["arm64","x86_64"] | Value '[arm64, x86_64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1
                    ,"Environment":{"Variables":{"1":"hunter2"}} | Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]
                    ,"FileSystemConfigs":[{"Arn":"x","LocalMountPath":"/mnt/a"}] | Value 'x' at 'fileSystemConfigs.1.member.arn' failed to satisfy constraint: Member must satisfy regular expression pattern
                    ,"EphemeralStorage":{} | Value null at 'ephemeralStorage.size' failed to satisfy constraint: Member must not be null
                    ,"Layers":[null] | Value '[null]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [
                    """)
    void namesTheFaultInLambdasWords(String members, String fault) throws IOException {
        assertThat(create(members))
                .startsWith("HTTP/1.1 400")
                .contains("x-amzn-ErrorType: ValidationException")
                .contains(" validation error", " detected: ")
                .contains(fault)
                .doesNotContain("\"Type\"", "hunter2");
    }

    @Test
    void printsRegionsPatternsAsTheServiceDoes() throws IOException {
        assertThat(signed("lambda", "GET", FUNCTIONS + "/a%20b", Map.of(), ""))
                .contains(
                        "{\"message\":\"1 validation error detected: Value 'a b' at 'functionName'"
                                + " failed to satisfy constraint: Member must satisfy regular"
                                + " expression pattern:"
                                + " (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\\\d{1}:)?(\\\\d{12}:)?(function:)?([a-zA-Z0-9-_\\\\.]+)(:(\\\\$LATEST(\\\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?\"}");
    }

    @Test
    void leavesTheRuntimeToItsService() throws IOException {
        assertThat(create(",\"Runtime\":\"cobol\",\"MemorySize\":1"))
                .contains("1 validation error detected: Value '1' at 'memorySize'");
    }

    @Test
    void ignoresUnknownMembers() throws IOException {
        assertThat(
                        create(
                                ",\"Future\":{\"a\":[{}]},\"MemorySize\":128,"
                                        .concat(
                                                "\"Environment\":{},\"Code\":{\"ZipFile\":\"AAAA\"}")))
                .startsWith("HTTP/1.1 201")
                .contains("\"CodeSize\":3");
    }

    @Test
    void refusesTooLargeAPackageBeforeItIsSent() throws IOException {
        byte[] whole = SignedText.of("lambda", "POST", FUNCTIONS, Map.of(), new byte[0]);
        String head = new String(whole, StandardCharsets.UTF_8);
        assertThat(
                        plain(
                                head.replace(
                                        "Content-Length: 0",
                                        "Content-Length: 70167211\r\nExpect: 100-continue")))
                .startsWith("HTTP/1.1 413")
                .contains("x-amzn-ErrorType: RequestEntityTooLargeException")
                .contains("Connection: close")
                .endsWith(
                        "{\"message\":\"Request must be smaller than 70167211 bytes for the"
                                + " CreateFunction operation\"}");
    }
}
