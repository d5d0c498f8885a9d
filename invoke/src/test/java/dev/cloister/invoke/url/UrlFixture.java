package dev.cloister.invoke.url;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.urls.Cors;
import dev.cloister.functions.urls.FunctionUrl;
import dev.cloister.functions.urls.FunctionUrl.AuthType;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.invoke.Invoker;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One URL of one function that a test writes in Java. */
final class UrlFixture {
    static final String ID = "abcdefghijklmnopqrstuvwxyz012345";
    static final String HOST = ID + ".lambda-url.us-east-1.localhost";
    static final FunctionKey KEY =
            new FunctionKey(new AccountId("123456789012"), new Region("us-east-1"), "f");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    AuthType authType = AuthType.NONE;
    Optional<Cors> cors = Optional.empty();
    UrlAuthorizer authorizer = _ -> true;
    Function<String, String> function = _ -> "null";
    Optional<AwsError> refusal = Optional.empty();
    boolean fails;
    final List<Invoker.Call> calls = new ArrayList<>();

    final UrlRoute route =
            new UrlRoute(
                    id -> id.equals(ID) ? Optional.of(located()) : Optional.empty(),
                    UrlNames.local(4566),
                    call -> authorizer.allows(call),
                    this::invoke);

    private Located located() {
        return new Located(
                new FunctionUrl(ID, authType, cors, Instant.EPOCH, Instant.EPOCH),
                KEY,
                Optional.empty(),
                Optional.empty());
    }

    private Invoker.Result invoke(Invoker.Call call) {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        calls.add(call);
        InvokeOutcome.InvokeReport report =
                new InvokeOutcome.InvokeReport(
                        Duration.ZERO, Duration.ZERO, Optional.empty(), 128, 1, Optional.empty());
        Payload answer = Payload.ofUtf8(function.apply(call.event().utf8()));
        return new Invoker.Result(
                "$LATEST",
                fails
                        ? new InvokeOutcome.Failed(answer, "Error", report)
                        : new InvokeOutcome.Succeeded(answer, report),
                "Root=1-0-0;Sampled=0");
    }

    FakeUrlRequest request() {
        FakeUrlRequest request = new FakeUrlRequest();
        request.host = HOST;
        return request;
    }

    FakeUrlRequest send(FakeUrlRequest request) {
        try {
            route.handle(request, request.response());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return request;
    }

    FakeUrlRequest answering(String json) {
        function = _ -> json;
        return send(request());
    }

    JsonNode event() {
        return JSON.readTree(calls.getLast().event().bytes());
    }
}
