package dev.cloister.invoke.url;

import dev.cloister.api.AwsError;
import dev.cloister.api.HostRoute;
import dev.cloister.api.Principal;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.invoke.Invoker;
import dev.cloister.invoke.url.UrlAuthorizer.UrlCall;
import dev.cloister.invoke.wire.TraceHeader;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Payload;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;

/**
 * Serves function URLs. Thread-safe.
 *
 * <p>The host alone says which URL is meant. The body is read after everything that can be decided
 * without it.
 */
public final class UrlRoute implements HostRoute {
    /** 6 MB, of the request and of the event (Lambda quotas, "Invocation payload"). */
    private static final int MAX_REQUEST = 6_291_556;

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Function<String, Optional<Located>> urls;
    private final UrlNames names;
    private final UrlAuthorizer authorizer;
    private final Function<Invoker.Call, Invoker.Result> invoker;
    private final TraceHeader traceHeader = new TraceHeader(new SecureRandom());

    /**
     * @param urls finds a URL by its id, in memory
     * @param invoker runs a function, as {@link Invoker#invoke} does
     */
    public UrlRoute(
            Function<String, Optional<Located>> urls,
            UrlNames names,
            UrlAuthorizer authorizer,
            Function<Invoker.Call, Invoker.Result> invoker) {
        this.urls = urls;
        this.names = names;
        this.authorizer = authorizer;
        this.invoker = invoker;
    }

    @Override
    public boolean takes(String host) {
        return names.parse(host).isPresent();
    }

    @Override
    public long maxBody() {
        return MAX_REQUEST;
    }

    @Override
    public void handle(HostRequest request, RawResponse response) throws IOException {
        UrlNames.Name name = names.parse(request.host()).orElseThrow();
        Optional<Located> found =
                urls.apply(name.id()).filter(url -> url.key().region().equals(name.region()));
        if (found.isEmpty()) {
            UrlReplies.unknown(response);
            return;
        }
        serve(request, new UrlReplies(response, found.get(), request), name, found.get());
    }

    private void serve(HostRequest request, UrlReplies replies, UrlNames.Name name, Located url)
            throws IOException {
        if (url.url().cors().isPresent() && UrlCors.isPreflight(request)) {
            replies.preflight(url.url().cors().get());
            return;
        }
        Admitted admitted;
        Invoker.Result result;
        String trace =
                traceHeader.continueFrom(header(request, "x-amzn-trace-id"), request.receivedAt());
        try {
            admitted = admit(request, name, url);
            UrlEvent event =
                    new UrlEvent(
                            request, name, url, admitted.caller(), origin(request, name), trace);
            result = invoker.apply(call(url, request, event.payload(admitted.body()), trace));
        } catch (AwsError refusal) {
            replies.refusal(refusal);
            return;
        }
        Optional<UrlAnswer> answer =
                switch (result.outcome()) {
                    case InvokeOutcome.Succeeded succeeded -> UrlAnswer.of(succeeded.payload());
                    case InvokeOutcome.Failed _ -> Optional.empty();
                };
        if (answer.isPresent()) {
            replies.answer(answer.get(), result.traceHeader());
        } else {
            replies.functionFailed(result.traceHeader());
        }
    }

    /** Who calls, if anybody had to say, and with what body. */
    private static final class Admitted {
        private final Optional<Principal> caller;
        private final byte[] body;

        Admitted(Optional<Principal> caller, byte[] body) {
            this.caller = caller;
            this.body = body;
        }

        Optional<Principal> caller() {
            return caller;
        }

        byte[] body() {
            return body;
        }
    }

    /**
     * The one gate: nothing past it runs unless the URL's auth type is met and policies allow it.
     *
     * @throws AwsError if not
     */
    private Admitted admit(HostRequest request, UrlNames.Name name, Located url) {
        return switch (url.url().authType()) {
            case NONE -> {
                authorize(request, url, Optional.empty());
                yield new Admitted(Optional.empty(), request.body());
            }
            case AWS_IAM -> {
                if (!request.hasSignature()) {
                    throw UrlReplies.forbidden();
                }
                Signed signed = request.signed("lambda");
                if (!signed.region().equals(name.region())) {
                    throw new AwsError(
                            "InvalidSignatureException",
                            403,
                            "Credential should be scoped to a valid region.");
                }
                authorize(request, url, Optional.of(signed.principal()));
                yield new Admitted(Optional.of(signed.principal()), signed.body());
            }
        };
    }

    private void authorize(HostRequest request, Located url, Optional<Principal> caller) {
        UrlCall call =
                new UrlCall(
                        url,
                        caller,
                        request.source(),
                        request.isSecure(),
                        request.receivedAt(),
                        header(request, "user-agent"));
        if (!authorizer.allows(call)) {
            throw UrlReplies.forbidden();
        }
    }

    private static Invoker.Call call(
            Located url, HostRequest request, Payload event, String trace) {
        if (event.length() > MAX_REQUEST) {
            throw new AwsError(
                    "RequestEntityTooLargeException",
                    413,
                    "Request must be smaller than "
                            + MAX_REQUEST
                            + " bytes for the InvokeFunction operation");
        }
        return new Invoker.Call(
                url.key().account(),
                url.key().region(),
                url.key().name(),
                url.qualifier(),
                request.requestId(),
                event,
                Optional.empty(),
                trace,
                false);
    }

    /** Behind a proxy that ends TLS, clients use the scheme of the configured domain. */
    private UrlEvent.Origin origin(HostRequest request, UrlNames.Name name) {
        boolean secure = request.isSecure() || (names.isUnderDomain(name) && names.secure());
        int usual = secure ? HTTPS : HTTP;
        return new UrlEvent.Origin(secure ? "https" : "http", names.port().orElse(usual));
    }

    private static Optional<String> header(HostRequest request, String name) {
        return request.headers().stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }
}
