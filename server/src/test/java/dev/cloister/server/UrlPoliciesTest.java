package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.permissions.Permission;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.functions.urls.FunctionUrl;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import dev.cloister.invoke.url.UrlAuthorizer.UrlCall;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlPoliciesTest {
    private static final AccountId OWNER = new AccountId("111111111111");
    private static final AccountId OTHER = new AccountId("222222222222");
    private static final FunctionKey KEY = new FunctionKey(OWNER, new Region("us-east-1"), "f");
    private static final Permission.Conditions PLAIN =
            new Permission.Conditions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false);
    private static final String URL = "lambda:InvokeFunctionUrl";
    private static final String INVOKE = "lambda:InvokeFunction";

    private static ResourcePolicy.Statement statement(
            String action, String principal, Permission.Conditions conditions) {
        return new Permission(action.substring(7), action, principal, conditions)
                .statement(KEY.arn());
    }

    private static Permission.Conditions authType(String type) {
        return new Permission.Conditions(
                Optional.empty(),
                Optional.empty(),
                Optional.of(type),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Permission.Conditions viaUrl() {
        return new Permission.Conditions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private static boolean allows(
            FunctionUrl.AuthType type,
            Optional<Principal> caller,
            ResourcePolicy.Statement... statements) {
        Optional<ResourcePolicy> policy =
                statements.length == 0
                        ? Optional.empty()
                        : Optional.of(new ResourcePolicy(List.of(statements)));
        return new UrlPolicies(UrlPoliciesTest::known, new CompiledPolicies())
                .allows(
                        new UrlCall(
                                new Located(
                                        new FunctionUrl(
                                                "a".repeat(32),
                                                type,
                                                Optional.empty(),
                                                Instant.EPOCH,
                                                Instant.EPOCH),
                                        KEY,
                                        Optional.empty(),
                                        policy),
                                caller,
                                InetAddress.getLoopbackAddress(),
                                false,
                                Instant.EPOCH,
                                Optional.empty()));
    }

    private static Principal root(AccountId account) {
        return new Principal(
                account, "arn:aws:iam::" + account + ":root", account.value(), "AKIAEXAMPLE");
    }

    private static boolean anonymous(ResourcePolicy.Statement... statements) {
        return allows(FunctionUrl.AuthType.NONE, Optional.empty(), statements);
    }

    @Test
    void nobodyComesInWithoutBothPermissions() {
        ResourcePolicy.Statement url = statement(URL, "*", authType("NONE"));
        ResourcePolicy.Statement invoke = statement(INVOKE, "*", viaUrl());
        assertThat(anonymous()).isFalse();
        assertThat(anonymous(url)).isFalse();
        assertThat(anonymous(invoke)).isFalse();
        assertThat(anonymous(url, invoke)).isTrue();
        assertThat(anonymous(statement(URL, "*", authType("AWS_IAM")), invoke)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "222222222222",
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:role/r",
        "s3.amazonaws.com"
    })
    void aPermissionForSomebodyIsNoneForAnybody(String principal) {
        assertThat(anonymous(statement(URL, principal, PLAIN), statement(INVOKE, principal, PLAIN)))
                .isFalse();
    }

    @Test
    void conditionsThatAnAnonymousCallCannotMeetKeepItOut() {
        Permission.Conditions source =
                new Permission.Conditions(
                        Optional.of(OWNER.value()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false);
        assertThat(anonymous(statement(URL, "*", source), statement(INVOKE, "*", PLAIN))).isFalse();
    }

    @Test
    void anotherAccountNeedsThePolicyToNameIt() {
        Optional<Principal> other = Optional.of(root(OTHER));
        assertThat(allows(FunctionUrl.AuthType.AWS_IAM, Optional.of(root(OWNER)))).isTrue();
        assertThat(allows(FunctionUrl.AuthType.AWS_IAM, other)).isFalse();
        assertThat(
                        allows(
                                FunctionUrl.AuthType.AWS_IAM,
                                other,
                                statement(URL, OTHER.value(), authType("AWS_IAM")),
                                statement(INVOKE, OTHER.value(), viaUrl())))
                .isTrue();
        assertThat(
                        allows(
                                FunctionUrl.AuthType.AWS_IAM,
                                other,
                                statement(URL, OTHER.value(), PLAIN)))
                .isFalse();
    }

    /** Root users, and one role that may do everything. */
    private static KnownCaller known(Principal principal) {
        String account = principal.account().value();
        if (principal.userId().equals(account)) {
            return new KnownCaller(Caller.Root.of(account, principal.arn()), CallerPolicies.NONE);
        }
        Caller session =
                Caller.RoleSession.of(
                        account,
                        principal.arn(),
                        "arn:aws:iam::" + account + ":role/r",
                        "AROAEXAMPLE",
                        Map.of(),
                        Optional.empty());
        CallerPolicies everything =
                CallerPolicies.identity(
                        PolicySet.of(
                                Policy.parse(
                                        PolicyKind.IDENTITY,
                                        "all",
                                        "{\"Version\":\"2012-10-17\",\"Statement\":{"
                                                + "\"Effect\":\"Allow\",\"Action\":\"*\","
                                                + "\"Resource\":\"*\"}}")));
        return new KnownCaller(
                session,
                principal.accessKeyId().equals("ASIAPOWERLESS") ? CallerPolicies.NONE : everything);
    }

    @Test
    void aCallerOfTheAccountNeedsAPolicyOfItsOwnOrTheFunctions() {
        Principal powerless =
                new Principal(
                        OWNER,
                        "arn:aws:sts::111111111111:assumed-role/r/s",
                        "AROAEXAMPLE:s",
                        "ASIAPOWERLESS");
        assertThat(allows(FunctionUrl.AuthType.AWS_IAM, Optional.of(powerless))).isFalse();
        String role = "arn:aws:iam::111111111111:role/r";
        assertThat(
                        allows(
                                FunctionUrl.AuthType.AWS_IAM,
                                Optional.of(powerless),
                                statement(URL, role, PLAIN),
                                statement(INVOKE, role, PLAIN)))
                .isTrue();
    }

    @Test
    void aRolesSessionIsOfItsAccount() {
        Principal session =
                new Principal(
                        OTHER,
                        "arn:aws:sts::222222222222:assumed-role/r/s",
                        "AROAEXAMPLE:s",
                        "ASIAEXAMPLE");
        assertThat(allows(FunctionUrl.AuthType.AWS_IAM, Optional.of(session))).isFalse();
        String role = "arn:aws:iam::222222222222:role/r";
        assertThat(
                        allows(
                                FunctionUrl.AuthType.AWS_IAM,
                                Optional.of(session),
                                statement(URL, role, PLAIN),
                                statement(INVOKE, role, PLAIN)))
                .isTrue();
    }
}
