package dev.cloister.identity.access;

import dev.cloister.api.AwsError;
import dev.cloister.api.SessionContext;
import dev.cloister.api.UnsignedContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.OidcProvider;
import dev.cloister.identity.federation.TokenVerifier;
import dev.cloister.identity.federation.WebClaims;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.PolicyEvaluator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * STS's AssumeRoleWithWebIdentity: whether an issuer's token is good and the role trusts who it
 * names, and the session that follows. Thread-safe.
 */
public final class WebIdentityAssumption {
    private final Identities identities;
    private final TokenVerifier verifier;

    public WebIdentityAssumption(Identities identities, TokenVerifier verifier) {
        this.identities = identities;
        this.verifier = verifier;
    }

    /** What somebody with a token asks for. */
    public record Wish(
            String roleArn,
            String sessionName,
            String token,
            Optional<Duration> duration,
            Optional<String> policy,
            List<String> policyArns) {}

    /** The session, with what the token said. */
    public record Assumed(SessionCredentials credentials, WebClaims claims, String providerArn) {}

    /**
     * @throws AwsError AccessDenied, ValidationError, InvalidIdentityToken, ExpiredTokenException,
     *     IDPCommunicationError, IDPRejectedClaim, MalformedPolicyDocument, PackedPolicyTooLarge
     */
    public Assumed assume(Wish wish, UnsignedContext request) {
        RoleArn arn =
                RoleArn.parse(wish.roleArn)
                        .orElseThrow(() -> RoleAssumption.validation(wish.roleArn + " is invalid"));
        AccountState state = identities.directory().state(arn.account());
        WebClaims claims = verifier.verify(wish.token, state, request.receivedAt());
        String provider = OidcProvider.arn(arn.account(), claims.issuer());
        IamEntity role =
                state.find(Kind.ROLE, arn.name())
                        .filter(found -> found.arn(arn.account()).equals(wish.roleArn))
                        .orElseThrow(() -> denied("sts:AssumeRoleWithWebIdentity"));
        SessionContext session = session(wish, claims, provider, request);
        ContextKeys context = context(wish, claims, request);
        Caller caller = Caller.Federated.of(provider);
        authorize("sts:AssumeRoleWithWebIdentity", caller, role, arn, context);
        if (!session.tags().isEmpty()) {
            authorize("sts:TagSession", caller, role, arn, context);
        }
        if (claims.sourceIdentity().isPresent()) {
            authorize("sts:SetSourceIdentity", caller, role, arn, context);
        }
        RoleAssumption.checkPolicies(wish.policy, wish.policyArns, state);
        RoleAssumption.requireRoom(session);
        return new Assumed(
                identities.issueSession(
                        arn,
                        wish.sessionName,
                        session,
                        RoleAssumption.lifetime(wish.duration, role)),
                claims,
                provider);
    }

    private static SessionContext session(
            Wish wish, WebClaims claims, String provider, UnsignedContext request) {
        return new SessionContext(
                Optional.of(wish.roleArn),
                Optional.of(request.receivedAt()),
                wish.policy,
                wish.policyArns,
                SessionTags.combine(SessionContext.NONE, claims.tags(), claims.transitiveTagKeys()),
                SessionTags.transitive(
                        SessionContext.NONE, claims.tags(), claims.transitiveTagKeys()),
                claims.sourceIdentity(),
                Optional.of(provider),
                Optional.empty());
    }

    private static ContextKeys context(Wish wish, WebClaims claims, UnsignedContext request) {
        ContextKeys.Builder keys =
                GlobalKeys.of(request)
                        .put("sts:RoleSessionName", wish.sessionName)
                        .put("sts:SourceIdentity", claims.sourceIdentity())
                        .put("sts:TransitiveTagKeys", claims.transitiveTagKeys())
                        .put("aws:TagKeys", List.copyOf(claims.tags().keySet()))
                        .putTags("aws:RequestTag/", claims.tags());
        claims.keys().forEach(keys::put);
        return keys.build();
    }

    private static void authorize(
            String action, Caller caller, IamEntity role, RoleArn arn, ContextKeys context) {
        boolean allowed =
                PolicyEvaluator.decide(
                                caller,
                                CallerPolicies.NONE,
                                Optional.of(RoleAssumption.trust(role)),
                                new AccessRequest(
                                        action,
                                        arn.toString(),
                                        Optional.of(arn.account().value()),
                                        context))
                        .isAllowed();
        if (!allowed) {
            throw denied(action);
        }
    }

    /** No more than this, whether there is such a role or not. */
    private static AwsError denied(String action) {
        return new AwsError("AccessDenied", 403, "Not authorized to perform " + action);
    }
}
