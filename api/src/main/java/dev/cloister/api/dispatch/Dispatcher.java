package dev.cloister.api.dispatch;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AnonymousRoute;
import dev.cloister.api.AnonymousScope.Scope;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.HostRoute;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.api.RequestContext;
import dev.cloister.api.SecurityEvent;
import dev.cloister.api.SecurityEvents;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.http.BodyTooLargeException;
import dev.cloister.api.http.ClientGoneException;
import dev.cloister.api.http.HttpExchange;
import dev.cloister.api.http.HttpHandler;
import dev.cloister.api.http.OverloadedException;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.ClaimParser;
import dev.cloister.api.sigv4.SignatureClaim;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureRefusal;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import dev.cloister.api.wire.Codec;
import dev.cloister.api.wire.Protocol;
import dev.cloister.api.wire.WireRequest;
import dev.cloister.api.wire.WireResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkPojo;

/** Answers every request of the endpoint. Thread-safe. */
public final class Dispatcher implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** The codes of the services' answers to callers who may not. */
    private static final Set<String> DENIALS = Set.of("AccessDenied", "AccessDeniedException");

    private final ServiceCatalog catalog;
    private final UnsignedExchange unsigned;
    private final SignatureGuard signatures;
    private final Gate gate;
    private final SecurityEvents events;
    private final InstantSource clock;
    private final List<HostRoute> hosts;
    private final List<AnonymousRoute> anonymous;
    private final long maxBody;
    private final Codec restStranger = stranger("rest-json");
    private final Codec jsonStranger = stranger("json");
    private final Codec queryStranger = stranger("query");

    /**
     * @param maxBody the most bytes of a body where the operation has no limit of its own
     * @param domains under which buckets have names
     */
    public Dispatcher(
            List<ServiceDefinition> services,
            List<HostRoute> hosts,
            List<AnonymousRoute> anonymous,
            SignatureGuard signatures,
            Authorizer authorizer,
            SecurityEvents events,
            InstantSource clock,
            long maxBody,
            List<String> domains) {
        this.catalog = new ServiceCatalog(services, maxBody, domains);
        this.unsigned = new UnsignedExchange(catalog);
        this.signatures = signatures;
        this.gate = new Gate(authorizer);
        this.events = events;
        this.clock = clock;
        this.maxBody = maxBody;
        this.hosts = List.copyOf(hosts);
        List<AnonymousRoute> routes = new ArrayList<>(anonymous);
        routes.add(new HealthRoute());
        this.anonymous = List.copyOf(routes);
    }

    /** Renders errors where no service is known. */
    private static Codec stranger(String protocol) {
        return Codec.of(
                        new ServiceFacts(
                                "",
                                protocol,
                                "",
                                "1.1",
                                "",
                                "http://cloister.dev/",
                                Map.of(),
                                Map.of()))
                .orElseThrow();
    }

    private Codec stranger(Protocol protocol) {
        return switch (protocol) {
            case AWS_JSON -> jsonStranger;
            case QUERY, EC2_QUERY -> queryStranger;
            case REST_JSON, REST_XML, RPC_V2_CBOR -> restStranger;
        };
    }

    @Override
    public void handle(HttpExchange exchange) {
        Instant receivedAt = clock.instant();
        Target target = Target.unknown(Protocol.REST_JSON, Optional.empty(), "");
        try {
            RequestHead head = exchange.head();
            String host = Endpoint.host(head);
            for (HostRoute route : hosts) {
                if (route.takes(host)) {
                    route.handle(
                            new HostExchange(
                                    exchange, head, host, route.maxBody(), signatures, receivedAt),
                            exchange.response());
                    return;
                }
            }
            for (AnonymousRoute route : anonymous) {
                if (route.takes(head.method(), head.rawPath())) {
                    serveAnonymous(route, exchange, head, receivedAt);
                    return;
                }
            }
            target = catalog.find(head, Optional.empty());
            Optional<SignatureClaim> claim = ClaimParser.parse(head);
            if (claim.isEmpty() && ServiceCatalog.isOldLink(head)) {
                throw RestXmlRefusals.oldSignature();
            }
            if (claim.isEmpty()) {
                Optional<Target> open = catalog.findOpen(head, target);
                Optional<Scope> scope = open.flatMap(Dispatcher::scope);
                if (scope.isPresent()) {
                    target = open.orElseThrow();
                    serveOpen(exchange, head, target, scope.get(), receivedAt);
                    return;
                }
                UnsignedExchange.Call call = unsigned.find(exchange, head, target);
                target = call.target();
                unsigned.serve(call, exchange, head, receivedAt);
                return;
            }
            target = catalog.find(head, Optional.of(claim.get().service()));
            try {
                serveSigned(exchange, head, claim.get(), target, receivedAt);
            } catch (AwsError e) {
                record(e, claim.get(), exchange, receivedAt);
                throw e;
            }
        } catch (ClientGoneException e) {
            throw e;
        } catch (Exception | StackOverflowError e) {
            refuse(exchange, target, error(e, target, exchange));
        }
    }

    private void record(
            AwsError error, SignatureClaim claim, HttpExchange exchange, Instant receivedAt) {
        if (DENIALS.contains(error.code())) {
            events.record(
                    new SecurityEvent.AccessDenied(
                            receivedAt,
                            exchange.source(),
                            claim.accessKeyId(),
                            claim.service(),
                            exchange.requestId(),
                            error.message()));
        }
    }

    private void serveAnonymous(
            AnonymousRoute route, HttpExchange exchange, RequestHead head, Instant receivedAt)
            throws IOException {
        byte[] body = exchange.readBody(route.maxBody());
        route.handle(new AnonymousExchange(exchange, head, body, receivedAt), exchange.response());
    }

    private static Optional<Scope> scope(Target target) {
        return target.service()
                .flatMap(service -> service.access().anonymous())
                .flatMap(open -> open.of(target.labels()));
    }

    /** Nobody is asked for; the resource's own policy has to be open to everybody. */
    private void serveOpen(
            HttpExchange exchange, RequestHead head, Target target, Scope scope, Instant receivedAt)
            throws IOException {
        new RestXmlExchange(signatures, gate, exchange, head, target)
                .serveUnsigned(
                        new RequestContext(
                                exchange.requestId(),
                                Principal.anonymous(scope.owner()),
                                scope.region(),
                                receivedAt,
                                exchange.source(),
                                Endpoint.of(head, exchange.isSecure())));
    }

    private void serveSigned(
            HttpExchange exchange,
            RequestHead head,
            SignatureClaim claim,
            Target target,
            Instant receivedAt)
            throws IOException {
        Optional<String> service =
                target.identified() ? target.service().map(Service::signingName) : Optional.empty();
        Candidate candidate = signatures.check(exchange.source(), head, claim, service, receivedAt);
        String endpoint = Endpoint.of(head, exchange.isSecure());
        if (target.protocol() == Protocol.REST_XML) {
            new RestXmlExchange(signatures, gate, exchange, head, target)
                    .serve(
                            candidate,
                            new RequestContext(
                                    exchange.requestId(),
                                    candidate.credential().principal(),
                                    candidate.region(),
                                    receivedAt,
                                    exchange.source(),
                                    endpoint));
            return;
        }
        byte[] received =
                exchange.readBody(target.operation().map(OperationEntry::maxBody).orElse(maxBody));
        byte[] body = signatures.verify(exchange.source(), head, candidate, received, receivedAt);
        RequestContext context =
                new RequestContext(
                        exchange.requestId(),
                        candidate.credential().principal(),
                        candidate.region(),
                        receivedAt,
                        exchange.source(),
                        endpoint);
        if (!target.protocol().isSpoken()) {
            throw Refusals.unavailableProtocol(target.protocol());
        }
        if (target.service().isEmpty()) {
            throw Refusals.unknownService(claim.service());
        }
        perform(exchange, head, target.service().get(), target, body, context);
    }

    private void perform(
            HttpExchange exchange,
            RequestHead head,
            Service service,
            Target target,
            byte[] body,
            RequestContext context)
            throws IOException {
        Optional<OperationEntry> found = target.operation();
        QueryString form = QueryString.EMPTY;
        String name = target.operationName();
        if (target.protocol() == Protocol.QUERY) {
            form = form(head, body);
            name = form.first("Action").orElse("");
            found = service.operation(name);
        }
        if (found.isEmpty()) {
            throw Refusals.unknownOperation(target.protocol(), name);
        }
        OperationEntry entry = found.get();
        if (entry.implementation().isEmpty()) {
            throw Refusals.unavailableOperation(entry.facts().name());
        }
        switch (entry.implementation().get()) {
            case Operation.Raw raw -> {
                gate.pass(service, entry, new RawInput(head, target.labels()), context);
                raw.handler()
                        .handle(
                                new RawExchange(head, target.labels(), body),
                                exchange.response(),
                                context);
            }
            case Operation.Streamed<?, ?> streamed ->
                    throw Refusals.unavailableOperation(streamed.name());
            case Operation.Unsigned<?, ?> open -> {
                QueryString parameters = form;
                WireRequest request =
                        new WireRequest(head, target.labels(), () -> parameters, body);
                send(
                        exchange,
                        UnsignedExchange.answer(
                                service, entry, open, request, UnsignedExchange.of(context)));
            }
            case Operation.Modeled<?, ?> modeled -> {
                QueryString parameters = form;
                WireRequest request =
                        new WireRequest(head, target.labels(), () -> parameters, body);
                send(exchange, modeled(gate, service, entry, modeled, request, context));
            }
        }
    }

    static QueryString form(RequestHead head, byte[] body) {
        if (head.method().equals("GET")) {
            return head.query();
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return QueryString.parse(head.rawQuery().isEmpty() ? text : head.rawQuery() + "&" + text);
    }

    static <I extends SdkPojo, O extends SdkPojo> WireResponse modeled(
            Gate gate,
            Service service,
            OperationEntry entry,
            Operation.Modeled<I, O> operation,
            WireRequest request,
            RequestContext context) {
        SdkPojo input =
                service.codec().readInput(entry.facts(), operation.newInput().get(), request);
        validate(service, entry, input);
        gate.pass(service, entry, AccessInput.of(input), context);
        // The table pairs each builder with the handler of what it builds.
        @SuppressWarnings("unchecked")
        I typed = (I) input;
        O output = operation.handler().handle(typed, context);
        return service.codec().writeOutput(entry.facts(), output, context.requestId().toString());
    }

    static void validate(Service service, OperationEntry entry, SdkPojo input) {
        if (entry.facts().name().endsWith("Copy") || entry.facts().name().equals("CopyObject")) {
            // Amazon's types call the target of a copy otherwise than its facts; the path has it.
            return;
        }
        try {
            entry.facts().input().ifPresent(shape -> service.validator().validate(shape, input));
        } catch (AwsError e) {
            throw service.protocol() == Protocol.REST_XML ? RestXmlRefusals.invalid(e) : e;
        }
    }

    private static AwsError error(Throwable thrown, Target target, HttpExchange exchange) {
        return switch (thrown) {
            case AwsError error -> error;
            case SignatureRefusal refusal when target.protocol() == Protocol.REST_XML ->
                    RestXmlRefusals.signature(refusal);
            case SignatureRefusal refusal -> Refusals.signature(refusal, target.protocol());
            case MalformedRequestException malformed when target.protocol() == Protocol.REST_XML ->
                    RestXmlRefusals.malformed(malformed.reason());
            case MalformedRequestException malformed -> Refusals.malformed(malformed.reason());
            case BodyTooLargeException tooLarge ->
                    Refusals.tooLarge(
                            target, target.operation().map(OperationEntry::sizeLimit).orElse(0L));
            case OverloadedException overloaded when target.protocol() == Protocol.REST_XML ->
                    RestXmlRefusals.overloaded();
            case OverloadedException overloaded -> Refusals.overloaded();
            default -> {
                LOG.error("request {} failed", exchange.requestId(), thrown);
                yield target.protocol() == Protocol.REST_XML
                        ? RestXmlRefusals.internal()
                        : Refusals.internal(target, exchange.requestId().toString());
            }
        };
    }

    private void refuse(HttpExchange exchange, Target target, AwsError error) {
        if (!exchange.isUnanswered()) {
            // The caller sees a reply that breaks off, which is all that can be said now.
            return;
        }
        exchange.resetResponse();
        error.headers().forEach(exchange.response()::header);
        if (target.protocol() == Protocol.REST_XML) {
            RestXmlExchange.identify(exchange);
        }
        AwsError shown =
                target.protocol() == Protocol.REST_XML ? RestXmlRefusals.of(error, target) : error;
        Codec codec =
                target.service()
                        .filter(service -> service.protocol() == target.protocol())
                        .map(Service::codec)
                        .orElseGet(() -> stranger(target.protocol()));
        try {
            send(exchange, codec.writeError(shown, exchange.requestId().toString()));
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    static void send(HttpExchange exchange, WireResponse reply) throws IOException {
        RawResponse response = exchange.response();
        response.status(reply.status());
        reply.headers().forEach(response::header);
        response.send(reply.body());
    }
}
