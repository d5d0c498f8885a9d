package dev.cloister.api.dispatch;

import dev.cloister.api.AwsError;
import dev.cloister.api.sigv4.SignatureRefusal;
import dev.cloister.api.wire.Protocol;
import java.util.Map;

/** The errors of the edge itself: each protocol family has its own codes for them. */
final class Refusals {
    private Refusals() {}

    /** A refused signature; statuses of the awsJson services become 400 when rendered. */
    static AwsError signature(SignatureRefusal refusal, Protocol protocol) {
        boolean query = protocol == Protocol.QUERY || protocol == Protocol.EC2_QUERY;
        return switch (refusal.reason()) {
            case MISSING ->
                    query
                            ? new AwsError(
                                    "MissingAuthenticationToken",
                                    403,
                                    "Request is missing Authentication Token")
                            : error("MissingAuthenticationTokenException", refusal);
            case INCOMPLETE, LINK_PARAMETERS ->
                    query
                            ? new AwsError("IncompleteSignature", 400, refusal.message())
                            : error("IncompleteSignatureException", refusal);
            case UNKNOWN_KEY, INVALID_TOKEN ->
                    error(query ? "InvalidClientTokenId" : "UnrecognizedClientException", refusal);
            case EXPIRED_TOKEN ->
                    query
                            ? new AwsError("ExpiredToken", 400, refusal.message())
                            : error("ExpiredTokenException", refusal);
            case THROTTLED ->
                    query
                            ? new AwsError("Throttling", 400, refusal.message())
                            : new AwsError("ThrottlingException", 429, refusal.message());
            case MISMATCH, SKEWED, WRONG_SCOPE, LINK_EXPIRED, UNSIGNED_HEADER, BAD_CHUNK ->
                    error(query ? "SignatureDoesNotMatch" : "InvalidSignatureException", refusal);
        };
    }

    private static AwsError error(String code, SignatureRefusal refusal) {
        return new AwsError(code, 403, refusal.message());
    }

    static AwsError unknownService(String name) {
        return new AwsError(
                "NotImplementedException",
                501,
                "The service '" + name + "' is not available in this version of Cloister");
    }

    static AwsError unavailableOperation(String name) {
        return new AwsError(
                "NotImplementedException",
                501,
                name + " is not available in this version of Cloister");
    }

    static AwsError unavailableProtocol(Protocol protocol) {
        return new AwsError(
                "NotImplementedException",
                501,
                "The protocol " + protocol + " is not available in this version of Cloister");
    }

    static AwsError unknownOperation(Protocol protocol, String name) {
        return switch (protocol) {
            case QUERY, EC2_QUERY ->
                    name.isEmpty()
                            ? new AwsError(
                                    "MissingAction",
                                    400,
                                    "The request must contain the parameter Action.")
                            : new AwsError(
                                    "InvalidAction",
                                    400,
                                    "The action " + name + " is not valid for this web service.");
            case AWS_JSON ->
                    new AwsError("UnknownOperationException", 400, "Unknown operation: " + name);
            case REST_JSON, REST_XML, RPC_V2_CBOR ->
                    new AwsError(
                            "UnknownOperationException",
                            404,
                            "No operation has the method and path " + name);
        };
    }

    static AwsError malformed(String reason) {
        return new AwsError("BadRequestException", 400, reason);
    }

    static AwsError overloaded() {
        return new AwsError(
                "ServiceUnavailableException",
                503,
                "The service is unable to handle the request: too many large requests are under"
                        + " way. Try again later.");
    }

    /** A body over an operation's limit; Invoke has a modeled error for it, others don't. */
    static AwsError tooLarge(Target target, long limit) {
        String name =
                switch (target.operationName()) {
                    case "Invoke" -> "InvokeFunction";
                    default -> target.operationName();
                };
        boolean modeled =
                target.operation()
                        .filter(o -> o.facts().errors().contains("RequestTooLargeException"))
                        .isPresent();
        return new AwsError(
                modeled ? "RequestTooLargeException" : "RequestEntityTooLargeException",
                413,
                "Request must be smaller than "
                        + limit
                        + " bytes"
                        + (target.operation().isPresent()
                                ? " for the " + name + " operation"
                                : ""));
    }

    /** Our own fault; the caller learns no more than the id to ask about. */
    static AwsError internal(Target target, String requestId) {
        boolean modeled =
                target.operation()
                        .filter(o -> o.facts().errors().contains("ServiceException"))
                        .isPresent();
        return new AwsError(
                modeled ? "ServiceException" : "InternalFailure",
                500,
                "An error occurred and the request cannot be processed. Request id: " + requestId,
                Map.of());
    }
}
