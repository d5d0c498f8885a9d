package dev.cloister.identity.access;

import dev.cloister.api.RequestContext;
import dev.cloister.api.UnsignedContext;
import dev.cloister.identity.policy.ContextKeys;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The condition keys that every request has (IAM User Guide, "AWS global condition context keys").
 */
public final class GlobalKeys {
    private GlobalKeys() {}

    static ContextKeys.Builder of(RequestContext request) {
        return of(request.source(), request.endpoint().startsWith("https:"), request.receivedAt())
                .put("aws:RequestedRegion", request.region().value())
                .put(
                        "aws:TokenIssueTime",
                        request.principal().session().issuedAt().map(Object::toString))
                .put("lambda:SourceFunctionArn", request.principal().session().sourceFunctionArn());
    }

    /** The keys of a request that nobody may have signed. */
    public static ContextKeys.Builder of(InetAddress source, boolean secure, Instant at) {
        return ContextKeys.builder()
                .put("aws:SourceIp", source.getHostAddress())
                .put("aws:SecureTransport", Boolean.toString(secure))
                .put("aws:CurrentTime", at.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("aws:EpochTime", Long.toString(at.getEpochSecond()))
                .put("aws:ViaAWSService", "false");
    }

    /** Of a request that names no region and has no caller yet. */
    static ContextKeys.Builder of(UnsignedContext request) {
        return of(request.source(), request.endpoint().startsWith("https:"), request.receivedAt());
    }
}
