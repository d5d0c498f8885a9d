package dev.cloister.identity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operator in each of its forms, for a key that isn't there, that matches, that doesn't, and
 * that has one value of either kind (IAM User Guide, "Condition operators", "Multivalued context
 * keys").
 */
final class OperatorFormsTest {
    private static final Caller USER =
            Caller.User.of(
                    "111122223333", "arn:aws:iam::111122223333:user/ana", "AIDA", "ana", Map.of());

    /** The operators that hold for what is wanted, and those that hold for all else. */
    private static final List<String> NEGATED =
            List.of(
                    "StringNotEquals",
                    "StringNotEqualsIgnoreCase",
                    "StringNotLike",
                    "NumericNotEquals",
                    "DateNotEquals",
                    "NotIpAddress",
                    "ArnNotEquals",
                    "ArnNotLike");

    private static boolean holds(String operator, String wanted, List<String> found) {
        Policy policy =
                Policy.parse(
                        PolicyKind.IDENTITY,
                        "p",
                        """
                        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*",\
                        "Resource":"*","Condition":{"%s":{"test:key":"%s"}}}}"""
                                .formatted(operator, wanted));
        return PolicyEvaluator.decide(
                        USER,
                        CallerPolicies.identity(PolicySet.of(policy)),
                        Optional.empty(),
                        new AccessRequest(
                                "s3:GetObject",
                                "*",
                                Optional.empty(),
                                ContextKeys.builder().put("test:key", found).build()))
                .isAllowed();
    }

    @ParameterizedTest
    @CsvSource({
        "StringEquals, a, a, b",
        "StringNotEquals, a, a, b",
        "StringEqualsIgnoreCase, a, A, b",
        "StringNotEqualsIgnoreCase, a, A, b",
        "StringLike, a*, ab, b",
        "StringNotLike, a*, ab, b",
        "NumericEquals, 5, 5, 6",
        "NumericNotEquals, 5, 5, 6",
        "NumericLessThan, 5, 4, 5",
        "NumericLessThanEquals, 5, 5, 6",
        "NumericGreaterThan, 5, 6, 5",
        "NumericGreaterThanEquals, 5, 5, 4",
        "DateEquals, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z",
        "DateNotEquals, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z",
        "DateLessThan, 2026-01-01T00:00:00Z, 2025-12-31T23:59:59Z, 2026-01-01T00:00:00Z",
        "DateLessThanEquals, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z",
        "DateGreaterThan, 2026-01-01T00:00:00Z, 2026-01-01T00:00:01Z, 2026-01-01T00:00:00Z",
        "DateGreaterThanEquals, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2025-12-31T23:59:59Z",
        "Bool, true, true, false",
        "BinaryEquals, QUJD, QUJD, QUJE",
        "IpAddress, 10.0.0.0/8, 10.1.2.3, 11.1.2.3",
        "NotIpAddress, 10.0.0.0/8, 10.1.2.3, 11.1.2.3",
        "ArnEquals, arn:aws:s3:::b*, arn:aws:s3:::bb, arn:aws:s3:::c",
        "ArnNotEquals, arn:aws:s3:::b*, arn:aws:s3:::bb, arn:aws:s3:::c",
        "ArnLike, arn:aws:s3:::b*, arn:aws:s3:::bb, arn:aws:s3:::c",
        "ArnNotLike, arn:aws:s3:::b*, arn:aws:s3:::bb, arn:aws:s3:::c"
    })
    void everyFormDoesAsDocumented(String operator, String wanted, String in, String out) {
        boolean negated = NEGATED.contains(operator);
        for (String suffix : List.of("", "IfExists")) {
            String plain = operator + suffix;
            // A value that is there decides, whatever the suffix.
            for (String prefix : List.of("", "ForAllValues:", "ForAnyValue:")) {
                assertThat(holds(prefix + plain, wanted, List.of(in)))
                        .as(prefix + plain)
                        .isEqualTo(!negated);
                assertThat(holds(prefix + plain, wanted, List.of(out)))
                        .as(prefix + plain)
                        .isEqualTo(negated);
            }
            assertThat(holds("ForAllValues:" + plain, wanted, List.of(in, out))).isFalse();
            assertThat(holds("ForAnyValue:" + plain, wanted, List.of(in, out))).isTrue();
            boolean ifExists = suffix.equals("IfExists");
            assertThat(holds(plain, wanted, List.of())).as(plain).isEqualTo(ifExists || negated);
            assertThat(holds("ForAllValues:" + plain, wanted, List.of())).as(plain).isTrue();
            assertThat(holds("ForAnyValue:" + plain, wanted, List.of()))
                    .as(plain)
                    .isEqualTo(ifExists);
        }
    }

    @Test
    void thereAreNoOtherOperators() {
        for (String operator :
                List.of(
                        "NullIfExists",
                        "StringMatches",
                        "stringequals",
                        "BoolNot",
                        "ForSomeValues:StringEquals",
                        "StringEqualsIfExistsIfExists",
                        "IfExists",
                        "")) {
            assertThatThrownBy(() -> holds(operator, "true", List.of("true")))
                    .as(operator)
                    .isInstanceOf(MalformedPolicyException.class);
        }
    }

    @Test
    void nobodyWhoWasDeletedMayDoAnything() {
        Caller gone =
                Caller.Gone.of(
                        "111122223333", "arn:aws:sts::111122223333:assumed-role/r/s", "AROA:s");
        for (String principal :
                List.of(
                        "\"Principal\":\"*\"",
                        "\"Principal\":{\"AWS\":\"111122223333\"}",
                        "\"NotPrincipal\":{\"AWS\":\"arn:aws:iam::111122223333:user/ben\"}",
                        "\"Principal\":{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/r/s\"}")) {
            Policy policy =
                    Policy.parse(
                            PolicyKind.RESOURCE,
                            "resource",
                            """
                            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*",\
                            "Resource":"*",%s}}"""
                                    .formatted(principal));
            assertThat(
                            PolicyEvaluator.decide(
                                            gone,
                                            CallerPolicies.NONE,
                                            Optional.of(ResourcePolicy.sufficient(policy)),
                                            new AccessRequest(
                                                    "s3:GetObject",
                                                    "*",
                                                    Optional.of("111122223333"),
                                                    ContextKeys.NONE))
                                    .isAllowed())
                    .as(principal)
                    .isFalse();
        }
    }

    @Test
    void aProvidersPeopleAreThoseThatTheTrustPolicyNames() {
        String provider = "arn:aws:iam::111122223333:oidc-provider/ci.example.com";
        for (String[] principal :
                new String[][] {
                    {"{\"Federated\":\"" + provider + "\"}", "true"},
                    {"{\"Federated\":\"" + provider + "/a\"}", "false"},
                    {"{\"AWS\":\"111122223333\"}", "false"},
                    {"{\"Service\":\"lambda.amazonaws.com\"}", "false"}
                }) {
            Policy policy =
                    Policy.parse(
                            PolicyKind.TRUST,
                            "trust",
                            """
                            {"Version":"2012-10-17","Statement":{"Effect":"Allow",\
                            "Action":"sts:AssumeRoleWithWebIdentity","Principal":%s,\
                            "Condition":{"StringLike":{"ci.example.com:sub":"repo:*"}}}}"""
                                    .formatted(principal[0]));
            for (String subject : List.of("repo:a", "user:a")) {
                assertThat(
                                PolicyEvaluator.decide(
                                                Caller.Federated.of(provider),
                                                CallerPolicies.NONE,
                                                Optional.of(ResourcePolicy.required(policy)),
                                                new AccessRequest(
                                                        "sts:AssumeRoleWithWebIdentity",
                                                        "arn:aws:iam::111122223333:role/r",
                                                        Optional.of("111122223333"),
                                                        ContextKeys.builder()
                                                                .put("ci.example.com:sub", subject)
                                                                .build()))
                                        .isAllowed())
                        .as("%s %s", principal[0], subject)
                        .isEqualTo(subject.equals("repo:a") && Boolean.parseBoolean(principal[1]));
            }
        }
    }
}
