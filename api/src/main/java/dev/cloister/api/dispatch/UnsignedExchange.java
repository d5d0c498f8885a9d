package dev.cloister.api.dispatch;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.api.UnsignedContext;
import dev.cloister.api.http.HttpExchange;
import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.SignatureRefusal;
import dev.cloister.api.wire.Protocol;
import dev.cloister.api.wire.WireRequest;
import dev.cloister.api.wire.WireResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries out a request of the query protocol that nobody signed, where its operation takes such
 * ones, as STS's AssumeRoleWithWebIdentity does: what it carries proves who asks.
 */
final class UnsignedExchange {
    /** Anybody can send one; the longest token and the longest session policies fit. */
    static final int MAX_BODY = 64 * 1_024;

    private final ServiceCatalog catalog;

    UnsignedExchange(ServiceCatalog catalog) {
        this.catalog = catalog;
    }

    /** An unsigned request with the operation that takes it. */
    record Call(Target target, Service service, OperationEntry entry, QueryString form) {}

    /**
     * @param target the request's, as far as its head tells
     * @throws SignatureRefusal if no operation of its name takes unsigned requests
     */
    Call find(HttpExchange exchange, RequestHead head, Target target) {
        if (target.protocol() != Protocol.QUERY) {
            throw SignatureRefusal.missing();
        }
        QueryString form = Dispatcher.form(head, exchange.readBody(MAX_BODY));
        String action = form.first("Action").orElse("");
        Service service = catalog.unsigned(action).orElseThrow(SignatureRefusal::missing);
        OperationEntry entry = service.operation(action).orElseThrow();
        return new Call(
                new Target(
                        Protocol.QUERY,
                        Optional.of(service),
                        false,
                        Optional.of(entry),
                        action,
                        Map.of()),
                service,
                entry,
                form);
    }

    void serve(Call call, HttpExchange exchange, RequestHead head, Instant receivedAt)
            throws IOException {
        UnsignedContext context =
                new UnsignedContext(
                        exchange.requestId(),
                        receivedAt,
                        exchange.source(),
                        Endpoint.of(head, exchange.isSecure()));
        WireRequest request = new WireRequest(head, Map.of(), call::form, new byte[0]);
        Operation.Unsigned<?, ?> operation =
                (Operation.Unsigned<?, ?>) call.entry.implementation().orElseThrow();
        Dispatcher.send(exchange, answer(call.service, call.entry, operation, request, context));
    }

    /** Of a request that was signed although it need not be. */
    static UnsignedContext of(RequestContext context) {
        return new UnsignedContext(
                context.requestId(), context.receivedAt(), context.source(), context.endpoint());
    }

    static <I extends SdkPojo, O extends SdkPojo> WireResponse answer(
            Service service,
            OperationEntry entry,
            Operation.Unsigned<I, O> operation,
            WireRequest request,
            UnsignedContext context) {
        SdkPojo input =
                service.codec().readInput(entry.facts(), operation.newInput().get(), request);
        Dispatcher.validate(service, entry, input);
        // The table pairs each builder with the handler of what it builds.
        @SuppressWarnings("unchecked")
        I typed = (I) input;
        O output = operation.handler().handle(typed, context);
        return service.codec().writeOutput(entry.facts(), output, context.requestId().toString());
    }
}
