package dev.cloister.api;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a session of temporary credentials was given when it began (STS API Reference, AssumeRole).
 *
 * @param roleArn the role whose session it is
 * @param policy the session policy's document
 * @param policyArns managed policies that count as session policies
 * @param tags the session's tags, inherited ones included
 * @param transitiveTagKeys the tags that sessions begun from this one inherit
 * @param federatedProvider the ARN of the OpenID Connect provider that vouched for its caller
 * @param sourceFunctionArn the function that acts by it ({@code lambda:SourceFunctionArn})
 */
public record SessionContext(
        Optional<String> roleArn,
        Optional<Instant> issuedAt,
        Optional<String> policy,
        List<String> policyArns,
        Map<String, String> tags,
        List<String> transitiveTagKeys,
        Optional<String> sourceIdentity,
        Optional<String> federatedProvider,
        Optional<String> sourceFunctionArn) {
    /** Of principals that are no session. */
    public static final SessionContext NONE =
            new SessionContext(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Map.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public SessionContext {
        policyArns = List.copyOf(policyArns);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        transitiveTagKeys = List.copyOf(transitiveTagKeys);
    }

    /** A session of an execution role, for one function. */
    public static SessionContext ofFunction(String roleArn, String functionArn, Instant issuedAt) {
        return new SessionContext(
                Optional.of(roleArn),
                Optional.of(issuedAt),
                Optional.empty(),
                List.of(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(functionArn));
    }
}
