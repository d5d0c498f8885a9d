package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.RoleAssumption;
import dev.cloister.identity.access.WebIdentityAssumption;
import dev.cloister.identity.federation.TokenVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.DecodeAuthorizationMessageRequest;
import software.amazon.awssdk.services.sts.model.DecodeAuthorizationMessageResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetSessionTokenRequest;
import software.amazon.awssdk.services.sts.model.GetSessionTokenResponse;

/** AWS Security Token Service. Thread-safe. */
public final class StsService {
    /**
     * STS API Reference, GetSessionToken: an account owner's session lasts an hour at most, and one
     * hour also where more was asked for.
     */
    private static final Duration OWNER_SESSION = Duration.ofHours(1);

    private static final Duration USER_SESSION = Duration.ofHours(12);

    private final Identities identities;

    private StsService(Identities identities) {
        this.identities = identities;
    }

    /**
     * The service's table.
     *
     * @param verifier of the tokens of OpenID Connect issuers
     */
    public static ServiceDefinition definition(Identities identities, TokenVerifier verifier) {
        StsService service = new StsService(identities);
        AssumeRoleOperation assumeRole =
                new AssumeRoleOperation(
                        new RoleAssumption(identities, new Callers(identities.directory())));
        WebIdentityOperation webIdentity =
                new WebIdentityOperation(new WebIdentityAssumption(identities, verifier));
        return new ServiceDefinition(
                "sts",
                "/facts/sts.json",
                List.of(
                        Operation.modeled(
                                "GetCallerIdentity",
                                GetCallerIdentityRequest::builder,
                                service::getCallerIdentity),
                        Operation.modeled(
                                "GetSessionToken",
                                GetSessionTokenRequest::builder,
                                service::getSessionToken),
                        Operation.modeled(
                                "AssumeRole", AssumeRoleRequest::builder, assumeRole::handle),
                        Operation.unsigned(
                                "AssumeRoleWithWebIdentity",
                                AssumeRoleWithWebIdentityRequest::builder,
                                webIdentity::handle),
                        Operation.modeled(
                                "DecodeAuthorizationMessage",
                                DecodeAuthorizationMessageRequest::builder,
                                service::decodeAuthorizationMessage)),
                StsAccess.table());
    }

    private GetCallerIdentityResponse getCallerIdentity(
            GetCallerIdentityRequest input, RequestContext context) {
        Principal principal = context.principal();
        return GetCallerIdentityResponse.builder()
                .userId(principal.userId())
                .account(principal.account().value())
                .arn(principal.arn())
                .build();
    }

    private GetSessionTokenResponse getSessionToken(
            GetSessionTokenRequest input, RequestContext context) {
        Principal caller = context.principal();
        boolean longLived =
                identities.credentials(caller.accessKeyId()).isPresent()
                        || identities.userKeys().key(caller.accessKeyId()).isPresent();
        if (!longLived) {
            throw new AwsError(
                    "AccessDenied", 403, "Cannot call GetSessionToken with session credentials");
        }
        if (input.serialNumber() != null || input.tokenCode() != null) {
            // Nobody has an MFA device here, so no code can be right.
            throw new AwsError(
                    "AccessDenied",
                    403,
                    "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
        }
        SessionCredentials session =
                identities.issueSession(
                        caller, lifetime(Optional.ofNullable(input.durationSeconds()), caller));
        return GetSessionTokenResponse.builder().credentials(credentials(session)).build();
    }

    private DecodeAuthorizationMessageResponse decodeAuthorizationMessage(
            DecodeAuthorizationMessageRequest input, RequestContext context) {
        return DecodeAuthorizationMessageResponse.builder()
                .decodedMessage(
                        identities
                                .authorizationMessages()
                                .decode(context.account(), input.encodedMessage()))
                .build();
    }

    static Credentials credentials(SessionCredentials session) {
        return Credentials.builder()
                .accessKeyId(session.accessKeyId())
                .secretAccessKey(session.secretAccessKey().reveal())
                .sessionToken(session.sessionToken().reveal())
                .expiration(session.expiresAt())
                .build();
    }

    private static Duration lifetime(Optional<Integer> seconds, Principal caller) {
        boolean owner = caller.userId().equals(caller.account().value());
        Duration asked = seconds.map(Duration::ofSeconds).orElse(USER_SESSION);
        return owner && asked.compareTo(OWNER_SESSION) > 0 ? OWNER_SESSION : asked;
    }
}
