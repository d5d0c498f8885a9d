package dev.cloister.worker.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.RawClient.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RuntimeApiTest {
    private static final String ID = "11111111-2222-3333-4444-555555555555";
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final String NEXT = RUNTIME + "invocation/next";
    private static final String RESPONSE = RUNTIME + "invocation/" + ID + "/response";
    private static final String ERROR = RUNTIME + "invocation/" + ID + "/error";
    private static final int MAX_CONNECTIONS = 4;
    private static final Executor OWNER = action -> Thread.ofVirtual().start(action);

    private final List<RawClient> clients = new ArrayList<>();
    private final RuntimeSession session = RuntimeSession.starting();
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final RuntimeApiServer server;

    RuntimeApiTest() throws IOException {
        listener =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = (InetSocketAddress) listener.getLocalAddress();
        server = RuntimeApiServer.start(listener, "test", MAX_CONNECTIONS, session);
    }

    @BeforeEach
    void clientsAreFew() {
        assertThat(clients).isEmpty();
    }

    @AfterEach
    void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void anEventIsGivenAndItsResponseTaken() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("{\"a\":1}");
        Reply next = runtime.get(NEXT).reply();
        assertThat(next.head())
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\n"
                                + "Content-Type: application/json\r\n"
                                + "Lambda-Runtime-Aws-Request-Id: "
                                + ID
                                + "\r\nLambda-Runtime-Deadline-Ms: 1700000000000"
                                + "\r\nLambda-Runtime-Invoked-Function-Arn: arn:f"
                                + "\r\nLambda-Runtime-Trace-Id: Root=1"
                                + "\r\nContent-Length: 7\r\n\r\n");
        assertThat(next.body()).isEqualTo("{\"a\":1}");
        Reply accepted = runtime.post(RESPONSE, "[2]").reply();
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.body()).isEqualTo("{\"status\":\"OK\"}\n");
        assertThat(answer.join()).isEqualTo(response("[2]"));
    }

    @Test
    void largeEventsAndResponsesPassWhole() throws IOException {
        RawClient runtime = client();
        String event = "\"" + "e".repeat(6 * 1024 * 1024 - 2) + "\"";
        CompletableFuture<RuntimeAnswer> answer = invoke(event);
        assertThat(runtime.get(NEXT).reply().body()).isEqualTo(event);
        String largest = "r".repeat(RuntimeApiLimits.MAX_PAYLOAD_BYTES);
        assertThat(runtime.post(RESPONSE, largest).reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response(largest));
    }

    @Test
    void aResponseOverTheLimitIsRefusedAndTheRuntimeGoesOn() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        String tooLarge = "r".repeat(RuntimeApiLimits.MAX_PAYLOAD_BYTES + 1);
        Reply refused = runtime.post(RESPONSE, tooLarge).reply();
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body())
                .isEqualTo(
                        "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556"
                                + " bytes).\",\"errorType\":\"RequestEntityTooLarge\"}\n");
        assertThat(answer.join()).isEqualTo(new RuntimeAnswer.TooLarge());
        answersTheNextEvent(runtime);
    }

    @Test
    void aChunkedResponseOverTheLimitIsRefusedToo() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        runtime.send("POST " + RESPONSE + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        String megabyte = "100000\r\n" + "c".repeat(1024 * 1024) + "\r\n";
        for (int i = 0; i < 7; i++) {
            runtime.send(megabyte);
        }
        assertThat(runtime.send("0\r\n\r\n").reply().status()).isEqualTo(413);
        assertThat(answer.join()).isEqualTo(new RuntimeAnswer.TooLarge());
        answersTheNextEvent(runtime);
    }

    @Test
    void aStreamedResponseIsPutTogether() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        stream(runtime, "5\r\nhello\r\n1;ext=1\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n");
        assertThat(runtime.reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response("hello 0123456789"));
    }

    @Test
    void aStreamMayEndWithAnErrorInItsTrailers() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        stream(
                runtime,
                String.join(
                        "\r\n",
                        "2",
                        "hi",
                        "0",
                        "Lambda-Runtime-Function-Error-Type: Function.Oops",
                        "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==",
                        "",
                        ""));
        assertThat(runtime.reply().status()).isEqualTo(202);
        assertThat(answer.join())
                .isEqualTo(new RuntimeAnswer.Failure(Payload.ofUtf8("{\"a\":1}"), "Function.Oops"));
    }

    @Test
    void aStreamThatBreaksOffIsTruncated() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        stream(runtime, "A\r\nhalf");
        runtime.halfClose();
        assertThat(runtime.reply().body()).contains("TruncatedHTTPRequest");
        assertThat(answer.join()).isEqualTo(new RuntimeAnswer.Truncated());
    }

    @Test
    void aBufferedResponseThatBreaksOffMayBeSentAgain() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        runtime.send("POST " + RESPONSE + " HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
        runtime.halfClose();
        assertThat(runtime.reply().body()).contains("TruncatedHTTPRequest");
        assertThat(client().post(RESPONSE, "whole").reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response("whole"));
    }

    @Test
    void anUnknownResponseModeIsTheInvocationsFailure() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        Reply refused =
                runtime.post(RESPONSE, "x", "Lambda-Runtime-Function-Response-Mode: fast").reply();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("InvalidFunctionResponseMode");
        assertThat(answer.join()).isEqualTo(new RuntimeAnswer.InvalidResponseMode());
    }

    @Test
    void errorsComeWithACheckedType() throws IOException {
        RawClient runtime = client();
        for (String[] pair :
                List.of(
                        new String[] {"Function.MyError", "Function.MyError"},
                        new String[] {"ValueError", "Runtime.Unknown"},
                        new String[] {"Function.my-error", "Function.Unknown"},
                        new String[] {"", "Runtime.Unknown"})) {
            CompletableFuture<RuntimeAnswer> answer = invoke("1");
            assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
            String header = "Lambda-Runtime-Function-Error-Type: " + pair[0];
            assertThat(runtime.post(ERROR, "{}", header).reply().status()).isEqualTo(202);
            assertThat(answer.join())
                    .isEqualTo(new RuntimeAnswer.Failure(Payload.ofUtf8("{}"), pair[1]));
        }
    }

    @Test
    void callsInTheWrongStateAreRefusedAndChangeNothing() throws IOException {
        RawClient runtime = client();
        assertThat(runtime.post(RESPONSE, "1").reply().body()).contains("InvalidRequestID");
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        Reply again = runtime.get(NEXT).reply();
        assertThat(again.status()).isEqualTo(403);
        assertThat(again.body())
                .isEqualTo(
                        "{\"errorMessage\":\"State transition from Running to Ready failed for"
                                + " runtime. Error: State transition is not"
                                + " allowed\",\"errorType\":\"InvalidStateTransition\"}\n");
        assertThat(runtime.post(RUNTIME + "init/error", "{}").reply().status()).isEqualTo(403);
        Reply wrongId = runtime.post(RUNTIME + "invocation/other/response", "9").reply();
        assertThat(wrongId.status()).isEqualTo(400);
        assertThat(wrongId.body())
                .isEqualTo(
                        "{\"errorMessage\":\"Invalid request"
                                + " ID\",\"errorType\":\"InvalidRequestID\"}\n");
        assertThat(runtime.post(RESPONSE, "first").reply().status()).isEqualTo(202);
        assertThat(runtime.post(RESPONSE, "second").reply().status()).isEqualTo(403);
        assertThat(runtime.post(ERROR, "{}").reply().status()).isEqualTo(403);
        assertThat(answer.join()).isEqualTo(response("first"));
        answersTheNextEvent(runtime);
    }

    @Test
    void initErrorEndsTheInit() throws IOException {
        RawClient runtime = client();
        CompletableFuture<Readiness> ready =
                CompletableFuture.supplyAsync(session::awaitReady, OWNER);
        String header = "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError";
        Reply reply = runtime.post(RUNTIME + "init/error", "{\"x\":1}", header).reply();
        assertThat(reply.status()).isEqualTo(202);
        assertThat(ready.join())
                .isEqualTo(
                        new Readiness.InitError(
                                Payload.ofUtf8("{\"x\":1}"), "Runtime.ImportModuleError"));
        assertThat(runtime.get(NEXT).reply().body()).contains("from InitError to Ready");
    }

    @Test
    void theAssignmentIsGivenOnceToAPreparedRuntime() throws IOException {
        RuntimeSession prepared = RuntimeSession.preparing();
        server.serve(prepared);
        RawClient runtime = client();
        assertThat(runtime.get(NEXT).reply().body()).contains("from Preparing to Ready");
        runtime.get("/cloister/2026-01-01/assignment");
        assertThat(prepared.awaitPrepared()).isTrue();
        assertThat(prepared.assign(Payload.ofUtf8("{\"environment\":{}}"))).isTrue();
        assertThat(runtime.reply().body()).isEqualTo("{\"environment\":{}}");
        assertThat(prepared.assign(Payload.ofUtf8("{}"))).isFalse();
        assertThat(runtime.get("/cloister/2026-01-01/assignment").reply().status()).isEqualTo(403);
        runtime.get(NEXT);
        assertThat(prepared.awaitReady()).isEqualTo(new Readiness.Ready());
    }

    @Test
    void otherPathsHaveClearAnswers() throws IOException {
        RawClient runtime = client();
        assertThat(runtime.get("/2018-06-01/ping").reply().body()).isEqualTo("pong");
        assertThat(runtime.get("/ping?x=1").reply().body()).isEqualTo("pong");
        assertThat(runtime.post("/2020-01-01/extension/register", "{}").reply().body())
                .contains("Extension.NotSupported", "not available in this version");
        Reply telemetry =
                runtime.send("PUT /2022-07-01/telemetry HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
                        .reply();
        assertThat(telemetry.status()).isEqualTo(403);
        assertThat(runtime.get(RUNTIME + "restore/next").reply().status()).isEqualTo(403);
        assertThat(runtime.get("/").reply().status()).isEqualTo(404);
        assertThat(runtime.get(RESPONSE).reply().status()).isEqualTo(405);
        assertThat(runtime.post(NEXT, "").reply().status()).isEqualTo(405);
    }

    @Test
    void garbageIsRefusedAndTheConnectionEnded() throws IOException {
        for (String garbage :
                List.of(
                        "\0\1\2\3\r\n\r\n",
                        "GET\r\n\r\n",
                        "GET  HTTP/1.1\r\n\r\n",
                        "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
                        "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
                        "GET / HTTP/1.1\r\nA: b\nB: c\r\n\r\n",
                        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
                        "GET / HTTP/2.0\r\n\r\n")) {
            try (RawClient runtime = new RawClient(address)) {
                Reply reply = runtime.send(garbage).reply();
                assertThat(reply.status()).as(garbage).isIn(400, 501, 505);
                assertThat(runtime.ended()).as(garbage).isTrue();
            }
        }
        answersTheNextEvent(client());
    }

    @Test
    void oneLargeHeadAtATimeIsRead() throws IOException {
        String large = "X: " + "h".repeat(1_000_000);
        RawClient first = client().send("GET /ping HTTP/1.1\r\n" + large);
        RawClient second = client();
        // the first has the only place as soon as more than a usual head of it is here
        Reply refused = tryLargeHead(second, large);
        assertThat(refused.status()).isEqualTo(431);
        assertThat(first.send("\r\n\r\n").reply().body()).isEqualTo("pong");
        Reply endless = tryLargeHead(client(), "X: " + "h".repeat(1_100_000));
        assertThat(endless.status()).isEqualTo(431);
    }

    private static Reply tryLargeHead(RawClient client, String header) throws IOException {
        try {
            client.send("GET /ping HTTP/1.1\r\n" + header + "\r\n\r\n");
        } catch (IOException e) {
            // refused while it was still being sent: the reply is there all the same
            assertThat(e).hasMessageContaining("");
        }
        return client.reply();
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws IOException {
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            assertThat(client().get("/ping").reply().body()).isEqualTo("pong");
        }
        assertThat(client().ended()).isTrue();
        clients.getFirst().close();
        while (!answersPing()) {
            // its thread has not seen the end of the first one yet
            Thread.onSpinWait();
        }
    }

    private boolean answersPing() {
        try (RawClient next = new RawClient(address)) {
            return next.get("/ping").reply().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theBodyIsAskedForWhenTheClientWantsThat() throws IOException {
        RawClient runtime = client();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(runtime.get(NEXT).reply().status()).isEqualTo(200);
        runtime.send(
                "POST "
                        + RESPONSE
                        + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        assertThat(runtime.reply().status()).isEqualTo(100);
        assertThat(runtime.send("body").reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response("body"));
        runtime.send(
                "POST "
                        + RESPONSE
                        + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        assertThat(runtime.reply().status()).as("refused before its body").isEqualTo(403);
    }

    @Test
    void bytesSentDuringAPollEndTheConnectionOnly() throws IOException {
        RawClient hostile = client();
        hostile.send("GET " + NEXT + " HTTP/1.1\r\n\r\nGET /ping HTTP/1.1\r\n\r\n");
        assertThat(hostile.ended()).isTrue();
        RawClient late = client().get(NEXT);
        assertThat(session.awaitReady()).isEqualTo(new Readiness.Ready());
        assertThat(late.send("x").ended()).isTrue();
        answersTheNextEvent(client());
    }

    @Test
    void aPollMayBeRepeatedOnAnotherConnection() throws IOException {
        RawClient gone = client().get(NEXT);
        assertThat(session.awaitReady()).isEqualTo(new Readiness.Ready());
        RawClient again = client().get(NEXT);
        assertThat(gone.ended()).isTrue();
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        assertThat(again.reply().status()).isEqualTo(200);
        assertThat(client().post(RESPONSE, "ok").reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response("ok"));
    }

    @Test
    void aClientOfHttp10GetsItsConnectionClosed() throws IOException {
        CompletableFuture<RuntimeAnswer> answer = invoke("1");
        RawClient poll = client().send("GET " + NEXT + " HTTP/1.0\r\n\r\n");
        Reply next = poll.reply();
        assertThat(next.head()).contains("Connection: close");
        assertThat(poll.ended()).isTrue();
        RawClient post = client();
        post.send("POST " + RESPONSE + " HTTP/1.0\r\nContent-Length: 1\r\n\r\n7");
        assertThat(post.reply().status()).isEqualTo(202);
        assertThat(post.ended()).isTrue();
        assertThat(answer.join()).isEqualTo(response("7"));
    }

    @Test
    void anExpiredTurnEndsTheInvocationEvenWhenTheRuntimeReadsNothing() throws IOException {
        RawClient runtime = client().get(NEXT);
        assertThat(session.awaitReady()).isEqualTo(new Readiness.Ready());
        long turn = session.beginTurn();
        // more than the sockets of both sides hold: the write blocks
        CompletableFuture<RuntimeAnswer> answer = invoke("x".repeat(6 * 1024 * 1024));
        session.expire(turn - 1);
        assertThat(answer.isDone()).isFalse();
        session.expire(turn);
        assertThat(answer.join())
                .isInstanceOfSatisfying(
                        RuntimeAnswer.Ended.class,
                        ended -> assertThat(ended.end()).isEqualTo(new SessionEnd.TimedOut()));
        assertThat(session.alive()).isFalse();
        runtime.close();
    }

    @Test
    void anEndedSessionAnswersNobody() throws IOException {
        session.end(new SessionEnd.ShutDown());
        assertThat(client().get(NEXT).ended()).isTrue();
        assertThat(client().post(RESPONSE, "1").ended()).isTrue();
    }

    private void answersTheNextEvent(RawClient runtime) throws IOException {
        CompletableFuture<RuntimeAnswer> answer = invoke("\"next\"");
        assertThat(runtime.get(NEXT).reply().body()).isEqualTo("\"next\"");
        assertThat(runtime.post(RESPONSE, "fine").reply().status()).isEqualTo(202);
        assertThat(answer.join()).isEqualTo(response("fine"));
    }

    private static void stream(RawClient runtime, String chunks) throws IOException {
        runtime.send(
                "POST "
                        + RESPONSE
                        + " HTTP/1.1\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunks);
    }

    private CompletableFuture<RuntimeAnswer> invoke(String payload) {
        RuntimeEvent event =
                new RuntimeEvent(
                        ID, 1_700_000_000_000L, "arn:f", "Root=1", "", "", Payload.ofUtf8(payload));
        return CompletableFuture.supplyAsync(() -> session.invoke(event), OWNER);
    }

    private RawClient client() throws IOException {
        RawClient client = new RawClient(address);
        clients.add(client);
        return client;
    }

    private static RuntimeAnswer response(String body) {
        return new RuntimeAnswer.Response(Payload.ofUtf8(body));
    }
}
