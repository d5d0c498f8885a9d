package dev.cloister.identity.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.identity.policy.Explanation.StatementTrace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Decisions that the IAM User Guide documents, "Policy evaluation logic" above all. */
final class PolicyEvaluatorTest {
    private static final String OWN = "111122223333";
    private static final String OTHER = "444455556666";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";

    private static final Caller ROOT = Caller.Root.of(OWN, "arn:aws:iam::" + OWN + ":root");
    private static final Caller ANA =
            Caller.User.of(
                    OWN,
                    "arn:aws:iam::" + OWN + ":user/team/ana",
                    "AIDAANA2EXAMPLE222222",
                    "ana",
                    Map.of("team", "red"));
    private static final Caller SESSION =
            Caller.RoleSession.of(
                    OWN,
                    "arn:aws:sts::" + OWN + ":assumed-role/worker/s1",
                    "arn:aws:iam::" + OWN + ":role/jobs/worker",
                    "AROAWORKEREXAMPLE2222",
                    Map.of("team", "blue"),
                    Optional.of("ana"));

    @Test
    void nothingIsAllowedByNothing() {
        assertThat(decide(ANA, CallerPolicies.NONE, Optional.empty()))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.IDENTITY));
    }

    @Test
    void theRootUserNeedsNoPolicyInItsOwnAccount() {
        assertThat(decide(ROOT, CallerPolicies.NONE, Optional.empty()).isAllowed()).isTrue();
    }

    @Test
    void theRootUserObeysTheDenyOfAResource() {
        Decision decision =
                decide(
                        ROOT,
                        CallerPolicies.NONE,
                        resource("Deny", "\"*\"", ResourcePolicy.Role.SUFFICIENT));
        assertThat(decision).isInstanceOf(Decision.ExplicitDeny.class);
    }

    @Test
    void anIdentityPolicyAllows() {
        assertThat(decide(ANA, identity(allow("lambda:*", "*")), Optional.empty()).isAllowed())
                .isTrue();
    }

    @Test
    void aDenyWinsOverEveryAllow() {
        CallerPolicies own =
                identity(
                        allow("*", "*"),
                        statement("Deny", "lambda:Invoke*", FUNCTION, Optional.of("NoCalls")));
        Decision decision =
                decide(ANA, own, resource("Allow", aws(ANA.arn()), ResourcePolicy.Role.SUFFICIENT));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.ExplicitDeny.class,
                        deny -> {
                            assertThat(deny.by().sid()).contains("NoCalls");
                            assertThat(deny.by().index()).isEqualTo(1);
                        });
        assertThat(decision.message(ANA, invoke(FUNCTION, Optional.empty())))
                .isEqualTo(
                        "User: arn:aws:iam::111122223333:user/team/ana is not authorized to"
                                + " perform: lambda:InvokeFunction on resource: "
                                + FUNCTION
                                + " with an explicit deny in an identity-based policy");
    }

    @Test
    void inOneAccountTheResourcesPolicySuffices() {
        assertThat(
                        decide(
                                        ANA,
                                        CallerPolicies.NONE,
                                        resource(
                                                "Allow",
                                                aws(ANA.arn()),
                                                ResourcePolicy.Role.SUFFICIENT))
                                .isAllowed())
                .isTrue();
    }

    @Test
    void namingTheAccountLeavesItToTheCallersOwnPolicies() {
        for (ResourcePolicy.Role role : ResourcePolicy.Role.values()) {
            Optional<ResourcePolicy> account = resource("Allow", aws(OWN), role);
            assertThat(decide(ANA, CallerPolicies.NONE, account))
                    .isEqualTo(new Decision.ImplicitDeny(PolicyKind.IDENTITY));
            assertThat(decide(ANA, identity(allow("lambda:*", "*")), account).isAllowed()).isTrue();
        }
    }

    @Test
    void aRequiredPolicyThatDoesNotAllowDeniesTheAccountsOwn() {
        Optional<ResourcePolicy> other =
                resource("Allow", aws(OTHER), ResourcePolicy.Role.REQUIRED);
        assertThat(decide(ANA, identity(allow("*", "*")), other))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.RESOURCE));
        assertThat(decide(ROOT, CallerPolicies.NONE, other))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.RESOURCE));
    }

    @Test
    void aBoundaryLimitsWhatIdentityPoliciesAllow() {
        CallerPolicies own =
                limited(
                        List.of(allow("*", "*")),
                        Optional.of(allow("s3:*", "*")),
                        Optional.empty());
        Decision decision = decide(ANA, own, Optional.empty());
        assertThat(decision).isEqualTo(new Decision.ImplicitDeny(PolicyKind.BOUNDARY));
        assertThat(decision.message(ANA, invoke(FUNCTION, Optional.empty())))
                .endsWith(
                        "because no permissions boundary allows the lambda:InvokeFunction action");
    }

    @Test
    void aSessionPolicyLimitsTheRole() {
        CallerPolicies own =
                limited(
                        List.of(allow("*", "*")),
                        Optional.empty(),
                        Optional.of(allow("s3:*", "*")));
        assertThat(decide(SESSION, own, Optional.empty()))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.SESSION));
    }

    /** "Resource-based policies that grant to a role ARN are limited by an implicit deny". */
    @Test
    void aPolicyThatNamesTheRoleIsLimitedAndOneThatNamesTheSessionIsNot() {
        CallerPolicies own =
                limited(
                        List.of(),
                        Optional.of(allow("s3:*", "*")),
                        Optional.of(allow("s3:*", "*")));
        assertThat(
                        decide(
                                SESSION,
                                own,
                                resource(
                                        "Allow",
                                        aws("arn:aws:iam::" + OWN + ":role/jobs/worker"),
                                        ResourcePolicy.Role.SUFFICIENT)))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.BOUNDARY));
        assertThat(
                        decide(
                                        SESSION,
                                        own,
                                        resource(
                                                "Allow",
                                                aws(SESSION.arn()),
                                                ResourcePolicy.Role.SUFFICIENT))
                                .isAllowed())
                .isTrue();
    }

    @Test
    void acrossAccountsBothSidesHaveToAllow() {
        Optional<ResourcePolicy> open = resource("Allow", aws(OWN), ResourcePolicy.Role.SUFFICIENT);
        CallerPolicies own = identity(allow("lambda:*", "*"));
        AccessRequest foreign = invoke(FUNCTION, Optional.of(OTHER));
        assertThat(PolicyEvaluator.decide(ANA, own, open, foreign).isAllowed()).isTrue();
        assertThat(PolicyEvaluator.decide(ANA, own, Optional.empty(), foreign))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.RESOURCE));
        assertThat(PolicyEvaluator.decide(ANA, CallerPolicies.NONE, open, foreign))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.IDENTITY));
        assertThat(PolicyEvaluator.decide(ROOT, CallerPolicies.NONE, open, foreign).isAllowed())
                .isTrue();
        assertThat(PolicyEvaluator.decide(ROOT, CallerPolicies.NONE, Optional.empty(), foreign))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.RESOURCE));
    }

    @Test
    void aServiceNeedsTheResourcesPolicyAndItsConditions() {
        String policy =
                """
                {"Version":"2012-10-17","Statement":{"Effect":"Allow",
                 "Principal":{"Service":"s3.amazonaws.com"},
                 "Action":"lambda:InvokeFunction","Resource":"*",
                 "Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},
                              "ArnLike":{"AWS:SourceArn":"arn:aws:s3:::my-*"}}}}
                """;
        Optional<ResourcePolicy> resource = resource(policy, ResourcePolicy.Role.SUFFICIENT);
        Caller s3 = Caller.Service.of("s3.amazonaws.com");
        assertThat(service(s3, resource, "arn:aws:s3:::my-bucket").isAllowed()).isTrue();
        assertThat(service(s3, resource, "arn:aws:s3:::your-bucket"))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.RESOURCE));
        assertThat(
                        service(
                                        Caller.Service.of("sns.amazonaws.com"),
                                        resource,
                                        "arn:aws:s3:::my-bucket")
                                .isAllowed())
                .isFalse();
    }

    private static Decision service(
            Caller caller, Optional<ResourcePolicy> resource, String source) {
        ContextKeys context =
                ContextKeys.builder()
                        .put("aws:SourceArn", source)
                        .put("aws:SourceAccount", OWN)
                        .build();
        return PolicyEvaluator.decide(
                caller,
                CallerPolicies.NONE,
                resource,
                new AccessRequest("lambda:InvokeFunction", FUNCTION, Optional.of(OWN), context));
    }

    @Test
    void anyoneIncludesTheAnonymous() {
        assertThat(
                        decide(
                                        new Caller.Anonymous(),
                                        CallerPolicies.NONE,
                                        resource("Allow", "\"*\"", ResourcePolicy.Role.SUFFICIENT))
                                .isAllowed())
                .isTrue();
        assertThat(
                        decide(
                                        new Caller.Anonymous(),
                                        CallerPolicies.NONE,
                                        resource("Allow", aws(OWN), ResourcePolicy.Role.SUFFICIENT))
                                .isAllowed())
                .isFalse();
    }

    /** "AWS JSON policy elements: NotPrincipal": all of the account are denied but one. */
    @Test
    void notPrincipalSparesWhomItNamesAndNotTheirAccount() {
        String policy =
                """
                {"Version":"2012-10-17","Statement":{"Effect":"Deny",
                 "NotPrincipal":{"AWS":["%s","arn:aws:iam::%s:root"]},
                 "Action":"lambda:*","Resource":"*"}}
                """
                        .formatted(ANA.arn(), OWN);
        Optional<ResourcePolicy> resource = resource(policy, ResourcePolicy.Role.SUFFICIENT);
        CallerPolicies own = identity(allow("*", "*"));
        assertThat(decide(ANA, own, resource).isAllowed()).isTrue();
        assertThat(decide(ROOT, own, resource).isAllowed()).isTrue();
        assertThat(decide(SESSION, own, resource)).isInstanceOf(Decision.ExplicitDeny.class);
    }

    @Test
    void notActionAndNotResourceMatchTheRest() {
        CallerPolicies allButIam =
                identity("{\"Effect\":\"Allow\",\"NotAction\":\"iam:*\",\"Resource\":\"*\"}");
        assertThat(decide(ANA, allButIam, Optional.empty()).isAllowed()).isTrue();
        assertThat(decide(ANA, allButIam, "iam:CreateUser", "*").isAllowed()).isFalse();
        CallerPolicies allButOne =
                identity(
                        "{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotResource\":\"%s\"}"
                                .formatted(FUNCTION));
        assertThat(decide(ANA, allButOne, Optional.empty()).isAllowed()).isFalse();
        assertThat(decide(ANA, allButOne, "lambda:InvokeFunction", FUNCTION + ":1").isAllowed())
                .isTrue();
    }

    @Test
    void actionsAreComparedWithoutRegardToCaseAndResourcesWithIt() {
        CallerPolicies own = identity(allow("LAMBDA:invokefunc?ion", FUNCTION));
        assertThat(decide(ANA, own, "lambda:InvokeFunction", FUNCTION).isAllowed()).isTrue();
        assertThat(decide(ANA, own, "lambda:InvokeFunction", FUNCTION.replace(":f", ":F")))
                .isEqualTo(new Decision.ImplicitDeny(PolicyKind.IDENTITY));
    }

    @Test
    void variablesStandForTheCallersOwn() {
        CallerPolicies own =
                identity(
                        allow(
                                "s3:GetObject",
                                "arn:aws:s3:::b/${aws:username}/${AWS:PrincipalTag/Team}/*"));
        assertThat(decide(ANA, own, "s3:GetObject", "arn:aws:s3:::b/ana/red/x").isAllowed())
                .isTrue();
        assertThat(decide(ANA, own, "s3:GetObject", "arn:aws:s3:::b/ben/red/x").isAllowed())
                .isFalse();
        // A role's session has no user name: the value matches nothing.
        assertThat(decide(SESSION, own, "s3:GetObject", "arn:aws:s3:::b//blue/x").isAllowed())
                .isFalse();
    }

    @Test
    void aVariablesDefaultAndItsLiteralsAreText() {
        CallerPolicies own =
                identity(
                        allow(
                                "s3:GetObject",
                                "arn:aws:s3:::b/${aws:username, 'none'}/${*}${?}${$}"));
        assertThat(decide(SESSION, own, "s3:GetObject", "arn:aws:s3:::b/none/*?$").isAllowed())
                .isTrue();
        assertThat(decide(SESSION, own, "s3:GetObject", "arn:aws:s3:::b/none/abc").isAllowed())
                .isFalse();
    }

    @Test
    void whatAVariableBringsIsNoWildcard() {
        Caller star =
                Caller.User.of(OWN, "arn:aws:iam::" + OWN + ":user/u", "AIDASTAR", "*", Map.of());
        CallerPolicies own = identity(allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}"));
        assertThat(decide(star, own, "s3:GetObject", "arn:aws:s3:::b/*").isAllowed()).isTrue();
        assertThat(decide(star, own, "s3:GetObject", "arn:aws:s3:::b/x").isAllowed()).isFalse();
    }

    @Test
    void theOldVersionKnowsNoVariables() {
        String policy =
                """
                {"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":"*",
                 "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}}
                """;
        Optional<ResourcePolicy> resource = resource(policy, ResourcePolicy.Role.SUFFICIENT);
        assertThat(
                        PolicyEvaluator.decide(
                                        ANA,
                                        CallerPolicies.NONE,
                                        resource,
                                        request("s3:GetObject", "arn:aws:s3:::b/${aws:username}"))
                                .isAllowed())
                .isTrue();
        assertThat(
                        PolicyEvaluator.decide(
                                        ANA,
                                        CallerPolicies.NONE,
                                        resource,
                                        request("s3:GetObject", "arn:aws:s3:::b/ana"))
                                .isAllowed())
                .isFalse();
    }

    @Test
    void whatTheCallerIsCanNotBeClaimedByTheRequest() {
        CallerPolicies own =
                identity(
                        """
                        {"Effect":"Allow","Action":"*","Resource":"*",
                         "Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}
                        """);
        ContextKeys claimed = ContextKeys.builder().put("aws:PrincipalTag/team", "blue").build();
        assertThat(
                        PolicyEvaluator.decide(
                                        ANA,
                                        own,
                                        Optional.empty(),
                                        new AccessRequest(
                                                "lambda:InvokeFunction",
                                                FUNCTION,
                                                Optional.empty(),
                                                claimed))
                                .isAllowed())
                .isFalse();
    }

    @Test
    void anExplanationSaysWhatEveryStatementHadToSay() {
        CallerPolicies own =
                identity(
                        allow("s3:*", "*"),
                        allow("lambda:*", "arn:aws:lambda:us-east-1:111122223333:function:g"),
                        """
                        {"Sid":"Blue","Effect":"Allow","Action":"*","Resource":"*",
                         "Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}
                        """);
        Explanation why =
                PolicyEvaluator.explain(
                        ANA, own, Optional.empty(), invoke(FUNCTION, Optional.empty()));
        assertThat(why.decision()).isEqualTo(new Decision.ImplicitDeny(PolicyKind.IDENTITY));
        assertThat(why.statements().stream().map(StatementTrace::mismatch))
                .containsExactly(Mismatch.ACTION, Mismatch.RESOURCE, Mismatch.CONDITION);
        assertThat(why.statements().getLast().conditions())
                .containsExactly(
                        new Explanation.FailedCondition(
                                "StringEquals",
                                "aws:PrincipalTag/team",
                                List.of("blue"),
                                List.of("red")));
    }

    private static Decision decide(
            Caller caller, CallerPolicies own, Optional<ResourcePolicy> resource) {
        return PolicyEvaluator.decide(caller, own, resource, invoke(FUNCTION, Optional.of(OWN)));
    }

    private static Decision decide(
            Caller caller, CallerPolicies own, String action, String resource) {
        return PolicyEvaluator.decide(caller, own, Optional.empty(), request(action, resource));
    }

    private static AccessRequest request(String action, String resource) {
        return new AccessRequest(action, resource, Optional.of(OWN), ContextKeys.NONE);
    }

    private static AccessRequest invoke(String function, Optional<String> account) {
        return new AccessRequest("lambda:InvokeFunction", function, account, ContextKeys.NONE);
    }

    private static String allow(String action, String resource) {
        return statement("Allow", action, resource, Optional.empty());
    }

    private static String statement(
            String effect, String action, String resource, Optional<String> sid) {
        return "{\"Effect\":\"%s\",\"Action\":\"%s\",\"Resource\":\"%s\"%s}"
                .formatted(
                        effect, action, resource, sid.map(",\"Sid\":\"%s\""::formatted).orElse(""));
    }

    private static PolicySet set(PolicyKind kind, List<String> statements) {
        return PolicySet.of(
                Policy.parse(
                        kind,
                        "p",
                        "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}"
                                .formatted(String.join(",", statements))));
    }

    private static CallerPolicies identity(String... statements) {
        return CallerPolicies.identity(set(PolicyKind.IDENTITY, List.of(statements)));
    }

    private static CallerPolicies limited(
            List<String> identity, Optional<String> boundary, Optional<String> session) {
        return new CallerPolicies(
                identity.isEmpty() ? PolicySet.NONE : set(PolicyKind.IDENTITY, identity),
                boundary.map(statement -> set(PolicyKind.BOUNDARY, List.of(statement))),
                session.map(statement -> set(PolicyKind.SESSION, List.of(statement))));
    }

    private static String aws(String principal) {
        return "{\"AWS\":\"%s\"}".formatted(principal);
    }

    private static Optional<ResourcePolicy> resource(
            String effect, String principal, ResourcePolicy.Role role) {
        return resource(
                """
                {"Version":"2012-10-17","Statement":{"Effect":"%s","Principal":%s,
                 "Action":"lambda:InvokeFunction","Resource":"*"}}
                """
                        .formatted(effect, principal),
                role);
    }

    private static Optional<ResourcePolicy> resource(String json, ResourcePolicy.Role role) {
        return Optional.of(
                new ResourcePolicy(
                        PolicySet.of(Policy.parse(PolicyKind.RESOURCE, FUNCTION, json)), role));
    }
}
