package dev.cloister.identity.access;

import dev.cloister.api.RequestContext;
import dev.cloister.identity.policy.ContextKeys;
import java.time.temporal.ChronoUnit;

/**
 * The condition keys that every request has (IAM User Guide, "AWS global condition context keys").
 */
final class GlobalKeys {
    private GlobalKeys() {}

    static ContextKeys.Builder of(RequestContext request) {
        return ContextKeys.builder()
                .put("aws:SourceIp", request.source().getHostAddress())
                .put(
                        "aws:CurrentTime",
                        request.receivedAt().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("aws:EpochTime", Long.toString(request.receivedAt().getEpochSecond()))
                .put(
                        "aws:SecureTransport",
                        Boolean.toString(request.endpoint().startsWith("https:")))
                .put("aws:RequestedRegion", request.region().value())
                .put("aws:ViaAWSService", "false")
                .put(
                        "aws:TokenIssueTime",
                        request.principal().session().issuedAt().map(Object::toString));
    }
}
