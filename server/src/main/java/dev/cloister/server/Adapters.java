package dev.cloister.server;

import dev.cloister.api.AwsError;
import dev.cloister.functions.CodeReaders;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.access.ExecutionRoles;
import dev.cloister.invoke.EgressPolicy;
import dev.cloister.invoke.EnvironmentLogs;
import dev.cloister.invoke.RoleCredentials;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.observe.LogStore;
import dev.cloister.server.settings.EgressSettings;
import java.time.Duration;
import java.time.InstantSource;

/** Joins modules that don't know each other: each adapter is one sentence. */
final class Adapters {
    /** Credentials outlive the environment that holds them by this much. */
    private static final Duration CREDENTIAL_MARGIN = Duration.ofHours(1);

    private Adapters() {}

    /** Lambda's session name is the function's name. */
    static RoleCredentials roleCredentials(ExecutionRoles roles, Duration environmentAge) {
        return version -> {
            SessionCredentials session =
                    roles.assume(
                                    version.role(),
                                    version.functionArn(),
                                    version.name(),
                                    environmentAge.plus(CREDENTIAL_MARGIN))
                            .orElseThrow(
                                    () ->
                                            new AwsError(
                                                    "AccessDeniedException",
                                                    403,
                                                    "The role defined for the function cannot be"
                                                            + " assumed by Lambda."));
            return new RoleCredentials.SessionCredentials(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
        };
    }

    static EnvironmentLogs environmentLogs(
            LogStore logs, LogPermissions permissions, InstantSource clock) {
        return (version, stream) ->
                new PermittedSink(
                        permissions.of(version, stream),
                        () ->
                                new StreamSink(
                                        version.name() + ", " + stream,
                                        () ->
                                                logs.open(
                                                        version.account(),
                                                        version.region(),
                                                        version.logging().logGroup(),
                                                        stream),
                                        clock));
    }

    /** KMS says who may read what is under a customer's key. */
    static CodeReaders codeReaders(FunctionKeys keys) {
        return (caller, keyArn, functionArn) ->
                keys.refusal(KeyCaller.of(caller), keyArn, functionArn);
    }

    static EgressPolicy egress(EgressSettings settings) {
        return settings::of;
    }
}
