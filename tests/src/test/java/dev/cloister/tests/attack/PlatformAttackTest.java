package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.JsonNode;

/**
 * What the platform listens on inside an environment, in a hostile function's hands: the Runtime
 * API, the way to the platform's own API, and the name server.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlatformAttackTest {
    private final Installation installation;
    private final LambdaClient lambda;
    private final HostileFunction hostile;
    private final TestFunction neighbor;

    PlatformAttackTest(Installation installation) {
        this.installation = installation;
        lambda = installation.lambda();
        hostile = new HostileFunction(installation, lambda);
        neighbor = TestFunction.python(installation, lambda, "def handler(e, c): return 'well'");
        mayRead("attach-role-policy");
    }

    @AfterEach
    void theNeighborIsWell() {
        assertThat(neighbor.call("{}")).isEqualTo("\"well\"");
    }

    /** What a good signature may do, so that it is the signature that the attacks fail for. */
    private void mayRead(String change) {
        installation
                .aws(
                        "iam",
                        change,
                        "--role-name",
                        "lambda_basic_execution",
                        "--policy-arn",
                        "arn:aws:iam::aws:policy/AWSLambda_ReadOnlyAccess")
                .checked();
    }

    @AfterAll
    void close() {
        mayRead("detach-role-policy");
        hostile.close();
        neighbor.close();
        lambda.close();
    }

    // ---- the Runtime API

    @Test
    void theAssignmentIsNotToldTwice() {
        String answer =
                hostile.run(
                                "result = raw(b'GET /cloister/2026-01-01/assignment HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')")
                        .asString();
        assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContain("AWS_SECRET_ACCESS_KEY");
    }

    @Test
    void onlyTheInvocationUnderWayIsAnswered() {
        String code =
                """
                def post(id, action, body=b'"forged"'):
                    head = 'POST /2018-06-01/runtime/invocation/%s/%s HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n\\r\\n' % (id, action, len(body))
                    return raw(head.encode() + body)[:12]
                strange = ['11111111-2222-3333-4444-555555555555', '../' + context.aws_request_id, 'x' * 5000, '%00', context.aws_request_id + '0']
                result = [post(id, action) for id in strange for action in ('response', 'error')]
                """;
        JsonNode answers = hostile.run(code);
        assertThat(answers)
                .hasSize(10)
                .allMatch(answer -> answer.asString().startsWith("HTTP/1.1 4"));
    }

    @Test
    void anAnswerOfAnEarlierInvocationIsRefused() {
        String earlier = hostile.run("result = context.aws_request_id").asString();
        String code =
                "result = raw(b'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1\\r\\n\\r\\n1')"
                        .formatted(earlier);
        assertThat(hostile.run(code).asString())
                .startsWith("HTTP/1.1 400 ")
                .contains("InvalidRequestID");
    }

    @TestFactory
    Stream<DynamicTest> garbageIsRefused() {
        return Stream.of(
                        "b'\\x00' * 10000 + b'\\r\\n\\r\\n'",
                        "b'GET / HTTP/9.9\\r\\n\\r\\n'",
                        "b'GET  /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n'",
                        "b'GET /' + b'a' * 200000 + b' HTTP/1.1\\r\\n\\r\\n'",
                        "b'GET / HTTP/1.1\\r\\n' + b'a: b\\r\\n' * 50000 + b'\\r\\n'",
                        "b'POST /2018-06-01/runtime/init/error HTTP/1.1\\r\\nContent-Length: -1\\r\\n\\r\\n'",
                        "b'POST /2018-06-01/runtime/init/error HTTP/1.1\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n'",
                        "b'POST /2018-06-01/runtime/init/error HTTP/1.1\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n'",
                        "('POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n' % context.aws_request_id).encode()",
                        "b'GET /2018-06-01/runtime/../../etc/passwd HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'",
                        "b'CONNECT 127.0.0.1:22 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'",
                        "b'GET /2018-06-01/runtime/restore/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'")
                .map(
                        bytes ->
                                DynamicTest.dynamicTest(
                                        bytes.substring(0, Math.min(60, bytes.length())),
                                        () -> {
                                            String answer =
                                                    hostile.run("result = raw(" + bytes + ")")
                                                            .asString();
                                            assertThat(answer)
                                                    .satisfiesAnyOf(
                                                            a ->
                                                                    assertThat(a)
                                                                            .matches(
                                                                                    "(?s)HTTP/1.1 [45].*"),
                                                            // closed without a word
                                                            a ->
                                                                    assertThat(a)
                                                                            .isIn(
                                                                                    "",
                                                                                    "ConnectionResetError",
                                                                                    "BrokenPipeError"));
                                        }));
    }

    /** The 16 and 64 connections of WorkerSettings; whatever is more is closed at once. */
    @Test
    void manyConnectionsHurtNobodyElse() {
        String code =
                """
                def open_of(host, port):
                    held = []
                    for _ in range(200):
                        try:
                            s = socket.create_connection((host, port), 1); s.sendall(b'GET /'); held.append(s)
                        except OSError: pass
                    time.sleep(0.5)
                    count = 0
                    for s in held:
                        s.setblocking(False)
                        try: s.recv(1)
                        except BlockingIOError: count += 1
                        except OSError: pass
                    return count
                result = [open_of('169.254.100.1', 9001), open_of('127.0.0.1', 4566)]
                """;
        JsonNode open = hostile.run(code);
        assertThat(open.get(0).asInt()).isBetween(1, 16);
        assertThat(open.get(1).asInt()).isBetween(1, 64);
        theNeighborIsWell();
        assertThat(hostile.run("result = 1").asInt()).isEqualTo(1);
    }

    // ---- the platform's API, as it is reached from inside

    private static final String SIGNED =
            """
            import http.client
            from botocore.auth import SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
            def signed(key, secret, token=None, path='/2015-03-31/functions/'):
                request = AWSRequest('GET', 'http://127.0.0.1:4566' + path)
                SigV4Auth(Credentials(key, secret, token), 'lambda', os.environ['AWS_REGION']).add_auth(request)
                return ask(path, dict(request.headers))
            def ask(path, headers={}):
                connection = http.client.HTTPConnection('127.0.0.1', 4566, timeout=5)
                connection.request('GET', path, headers=headers)
                answer = connection.getresponse()
                return '%d %s' % (answer.status, answer.read().decode()[:300])
            own = [os.environ[n] for n in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')]
            """;

    @Test
    void itsOwnCredentialsAreGoodForItsAccount() {
        assertThat(hostile.run(SIGNED + "result = signed(*own)").asString()).startsWith("200 ");
    }

    @TestFactory
    Stream<DynamicTest> withoutAGoodSignatureNothingIsDone() {
        String key = installation.variable("AWS_ACCESS_KEY_ID");
        return Stream.of(
                        "ask('/2015-03-31/functions/')",
                        "ask('/')",
                        "ask('/2015-03-31/functions/', {'Authorization': 'Basic YTpi'})",
                        "signed('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')",
                        "signed('" + key + "', own[1])",
                        "signed('" + key + "', '')",
                        "signed(own[0], own[1])",
                        "signed(own[0], own[1] + 'x', own[2])",
                        "signed(own[0], own[1], own[2][:-4] + 'AAAA')",
                        "signed('ASIA' + own[0][4:][::-1], own[1], own[2])")
                .map(
                        attempt ->
                                DynamicTest.dynamicTest(
                                        attempt.replace(key, "the administrator's key"),
                                        () ->
                                                assertThat(
                                                                hostile.run(
                                                                                SIGNED
                                                                                        + "result = "
                                                                                        + attempt)
                                                                        .asString())
                                                        .matches("(?s)40[034] .*")
                                                        .doesNotContain("FunctionName\"")));
    }

    @Test
    void anotherAccountsFunctionIsNotReachable() {
        assertThat(
                        hostile.run(
                                        SIGNED
                                                + "result = signed(*own, path='/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:x')")
                                .asString())
                .matches("(?s)40[34] .*");
    }

    /** The way to the platform's API leads to that alone: it is no proxy. */
    @Test
    void noOtherPortOfTheHostIsReachedThroughIt() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket ours = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    while (true) {
                                        ours.accept().close();
                                        accepted.incrementAndGet();
                                    }
                                } catch (IOException e) {
                                    assertThat(ours.isClosed()).isTrue();
                                }
                            });
            String code =
                    """
                    result = [raw(r.replace(b'PORT', b'%d'), 4566, '127.0.0.1')[:12] for r in (
                        b'CONNECT 127.0.0.1:PORT HTTP/1.1\\r\\nHost: 127.0.0.1:PORT\\r\\n\\r\\n',
                        b'GET http://127.0.0.1:PORT/ HTTP/1.1\\r\\nHost: 127.0.0.1:PORT\\r\\n\\r\\n',
                        b'GET / HTTP/1.1\\r\\nHost: 127.0.0.1:PORT\\r\\n\\r\\n')]
                    """
                            .formatted(ours.getLocalPort());
            assertThat(hostile.run(code)).hasSize(3).noneMatch(a -> a.asString().contains(" 200"));
            assertThat(accepted.get()).isZero();
        }
    }

    // ---- the name server

    private static final String ASK =
            """
            def question(name, type=1, flags=0x0100, questions=1, extra=b''):
                labels = b''.join(bytes([len(l)]) + l.encode() for l in name.split('.')) + b'\\0'
                return struct.pack('>6H', 0x1234, flags, questions, 0, 0, 0) + labels + struct.pack('>2H', type, 1) + extra
            def ask(query):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    s.settimeout(1)
                    s.sendto(query, ('169.254.100.1', 53))
                    try: return s.recv(4096)
                    except OSError: return b''
            def code(answer): return answer[3] & 15 if len(answer) > 3 else -1
            """;

    @Test
    void theNameServerSurvivesGarbage() {
        String attack =
                """
                junk = [b'', b'x', b'\\xff' * 12, b'\\0' * 1024, os.urandom(1000), b'\\xc0\\x0c' * 300,
                        struct.pack('>6H', 1, 0x0100, 1, 0, 0, 0) + b'\\xc0\\x0c\\0\\1\\0\\1',
                        struct.pack('>6H', 1, 0x0100, 1, 0, 0, 0) + b'\\x3f' + b'a' * 20]
                for j in junk: ask(j) if len(j) < 12 else code(ask(j))
                for j in junk + [b'\\xff\\xff', b'\\x00\\x0c' + b'\\xff' * 12]:
                    with socket.create_connection(('169.254.100.1', 53), 1) as s: s.sendall(j)
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    for _ in range(3000): s.sendto(question('localhost'), ('169.254.100.1', 53))
                time.sleep(0.5)
                result = [
                    code(ask(question('localhost', questions=2))), code(ask(question('localhost', flags=0x2800))),
                    code(ask(question('example.com', type=252))), code(ask(question('example.com', type=255))),
                    ask(question('localhost'))[-4:].hex(),
                ]
                """;
        assertThat(hostile.run(ASK + attack).toString())
                .as("two questions, an update, a zone transfer, everything; and what is in order")
                .isEqualTo("[1,1,5,5,\"7f000001\"]");
    }
}
