package dev.cloister.server;

import dev.cloister.functions.Functions;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.invoke.EgressPolicy;
import dev.cloister.invoke.EnvironmentLogs;
import dev.cloister.invoke.InvokeAuthorizer;
import dev.cloister.invoke.RoleCredentials;
import dev.cloister.observe.LogStore;
import dev.cloister.server.settings.EgressSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Joins modules that don't know each other: each adapter is one sentence. */
final class Adapters {
    /** Credentials outlive the environment that holds them by this much. */
    private static final Duration CREDENTIAL_MARGIN = Duration.ofHours(1);

    private Adapters() {}

    /** Lambda's session name is the function's name. */
    static RoleCredentials roleCredentials(Identities identities, Duration environmentAge) {
        return version -> {
            SessionCredentials session =
                    identities.issue(
                            version.account(),
                            version.role(),
                            version.name(),
                            environmentAge.plus(CREDENTIAL_MARGIN));
            return new RoleCredentials.SessionCredentials(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
        };
    }

    static EnvironmentLogs environmentLogs(LogStore logs, InstantSource clock) {
        return (version, stream) ->
                new StreamSink(
                        version.name() + ", " + stream,
                        () ->
                                logs.open(
                                        version.account(),
                                        version.region(),
                                        version.logging().logGroup(),
                                        stream),
                        clock);
    }

    /** A policy of the function's own stands in for an account in common. */
    static InvokeAuthorizer invokeAcrossAccounts(FunctionPolicies policies, Functions functions) {
        return (caller, function) ->
                policies.allow(
                        Optional.of(caller.principal()),
                        "lambda:InvokeFunction",
                        function.arn(),
                        function.account(),
                        functions
                                .find(function.key())
                                .flatMap(found -> found.access().policy(function.qualifier())),
                        FunctionPolicies.keys(
                                        caller.source(),
                                        caller.endpoint().startsWith("https:"),
                                        caller.receivedAt())
                                .put("aws:RequestedRegion", function.region().value())
                                .put("aws:ResourceAccount", function.account().value())
                                .build());
    }

    static EgressPolicy egress(EgressSettings settings) {
        return settings::of;
    }
}
