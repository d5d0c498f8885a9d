package dev.cloister.invoke.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RawHandler;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;
import dev.cloister.invoke.Invoker;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** The Invoke operation: RequestResponse and DryRun. Thread-safe. */
public final class InvokeOperation implements RawHandler {
    /** 6 MiB and 100 bytes, as the service's own error says (API reference, Invoke). */
    private static final long MAX_REQUEST = 6_291_556;

    private static final int MAX_CLIENT_CONTEXT = 3583;

    private final Invoker invoker;
    private final TraceHeader traceHeader = new TraceHeader(new SecureRandom());

    private InvokeOperation(Invoker invoker) {
        this.invoker = invoker;
    }

    /** The operation's row in Lambda's table; who may call it, the table of access says. */
    public static Operation row(Invoker invoker) {
        return new Operation.Raw("Invoke", MAX_REQUEST, new InvokeOperation(invoker));
    }

    @Override
    public void handle(RawRequest request, RawResponse response, RequestContext context)
            throws IOException {
        refuseUnavailable(request);
        InvocationType type = InvocationType.of(request.header("X-Amz-Invocation-Type"));
        switch (type) {
            case REQUEST_RESPONSE -> invoke(call(request, context), response);
            case DRY_RUN -> dryRun(call(request, context), response);
            case EVENT ->
                    throw new AwsError(
                            "InvalidParameterValueException",
                            400,
                            "InvocationType Event is not available in this version of Cloister."
                                    + " Use RequestResponse.");
        }
    }

    private void invoke(Invoker.Call call, RawResponse response) throws IOException {
        Invoker.Result result = invoker.invoke(call);
        InvokeOutcome outcome = result.outcome();
        response.status(200)
                .header("Content-Type", "application/json")
                .header("x-amzn-Remapped-Content-Length", "0")
                .header("X-Amz-Executed-Version", result.executedVersion())
                .header("X-Amzn-Trace-Id", TraceHeader.forCaller(result.traceHeader()));
        if (outcome instanceof InvokeOutcome.Failed) {
            response.header("X-Amz-Function-Error", "Unhandled");
        }
        outcome.report()
                .tailLog()
                .ifPresent(log -> response.header("X-Amz-Log-Result", base64(log)));
        response.send(outcome.payload().bytes());
    }

    private void dryRun(Invoker.Call call, RawResponse response) throws IOException {
        String version = invoker.dryRun(call).version();
        response.status(204).header("X-Amz-Executed-Version", version).send(new byte[0]);
    }

    private Invoker.Call call(RawRequest request, RequestContext context) {
        FunctionReference function =
                FunctionReference.forInvoke(
                        request.label("FunctionName"), request.query("Qualifier"), context);
        return new Invoker.Call(
                function.account(),
                context.region(),
                function.name(),
                function.qualifier(),
                context.requestId(),
                EventJson.check(request.body()),
                request.header("X-Amz-Client-Context").map(InvokeOperation::clientContext),
                traceHeader.continueFrom(request.header("X-Amzn-Trace-Id"), context.receivedAt()),
                wantsTail(request.header("X-Amz-Log-Type")),
                request.header("X-Amz-Tenant-Id"));
    }

    private static boolean wantsTail(Optional<String> logType) {
        return switch (logType.orElse("None")) {
            case "None" -> false;
            case "Tail" -> true;
            default -> throw notInEnum(logType.orElse(""), "logType", "[Tail, None]");
        };
    }

    private static String clientContext(String header) {
        if (header.length() > MAX_CLIENT_CONTEXT) {
            throw new AwsError(
                    "InvalidRequestContentException",
                    400,
                    "Client context must be no more than " + MAX_CLIENT_CONTEXT + " bytes.");
        }
        try {
            byte[] json = Base64.getDecoder().decode(header.strip());
            EventJson.check(json);
            return new String(json, StandardCharsets.UTF_8).replaceAll("[\r\n]+", " ");
        } catch (IllegalArgumentException e) {
            throw new AwsError(
                    "InvalidRequestContentException",
                    400,
                    "Client context must be a valid Base64-encoded JSON object.");
        }
    }

    /** Headers whose machinery this version lacks are refused, not ignored. */
    private static void refuseUnavailable(RawRequest request) {
        if (request.header("X-Amz-Durable-Execution-Name").isPresent()) {
            throw new AwsError(
                    "InvalidParameterValueException",
                    400,
                    "The invoked function is not configured for durable execution. Remove the"
                            + " durable execution name from your request and try again.");
        }
    }

    private static String base64(Payload log) {
        return Base64.getEncoder().encodeToString(log.bytes());
    }

    static AwsError notInEnum(String value, String path, String allowed) {
        return new AwsError(
                "ValidationException",
                400,
                "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: %s"
                        .formatted(value, path, allowed));
    }

    private enum InvocationType {
        REQUEST_RESPONSE,
        EVENT,
        DRY_RUN;

        static InvocationType of(Optional<String> header) {
            return switch (header.orElse("RequestResponse")) {
                case "RequestResponse" -> REQUEST_RESPONSE;
                case "Event" -> EVENT;
                case "DryRun" -> DRY_RUN;
                default ->
                        throw notInEnum(
                                header.orElse(""),
                                "invocationType",
                                "[Event, RequestResponse, DryRun]");
            };
        }
    }
}
