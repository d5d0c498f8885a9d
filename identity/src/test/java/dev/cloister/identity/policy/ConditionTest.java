package dev.cloister.identity.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every condition operator, as "IAM JSON policy elements: Condition operators" has it. */
final class ConditionTest {
    private static final Caller USER =
            Caller.User.of(
                    "111122223333",
                    "arn:aws:iam::111122223333:user/ana",
                    "AIDAANA",
                    "ana",
                    Map.of());

    /** Lists are parted by {@code |}; the request's may be {@code -}: the key is absent. */
    @ParameterizedTest
    @CsvSource({
        "StringEquals, a|b, b, true",
        "StringEquals, a|b, B, false",
        "StringEquals, a*, ab, false",
        "StringEquals, a, -, false",
        "StringEquals, ${aws:username}, ana, true",
        "StringEquals, ${aws:missing}, x, false",
        "StringEquals, '${aws:missing, ''d''}', d, true",
        "StringEqualsIfExists, a, -, true",
        "StringEqualsIfExists, a, b, false",
        "StringNotEquals, a|b, c, true",
        "StringNotEquals, a|b, b, false",
        "StringNotEquals, a, -, true",
        "StringNotEqualsIfExists, a, -, true",
        "StringNotEqualsIfExists, a, a, false",
        "StringEqualsIgnoreCase, AbC, aBc, true",
        "StringEqualsIgnoreCase, AbC, aB, false",
        "StringNotEqualsIgnoreCase, AbC, abc, false",
        "StringLike, a*c?, abcd, true",
        "StringLike, a*c?, abc, false",
        "StringLike, *, '', true",
        "StringLike, A*, abc, false",
        "StringLike, a${*}, ab, false",
        "StringLike, a${*}, a*, true",
        "StringNotLike, a*, abc, false",
        "StringNotLike, a*, -, true",
        "NumericEquals, 5, 5.0, true",
        "NumericEquals, 5, x, false",
        "NumericNotEquals, 5, 6, true",
        "NumericLessThan, 10, 9, true",
        "NumericLessThan, 10, 10, false",
        "NumericLessThanEquals, 10, 10, true",
        "NumericGreaterThan, 10, 11, true",
        "NumericGreaterThan, 10, 10, false",
        "NumericGreaterThanEquals, 10, 1e1, true",
        "NumericGreaterThan, 10, 1e999999999, false",
        "NumericLessThanIfExists, 3600, -, true",
        "DateEquals, 2026-01-01T00:00:00Z, 2026-01-01T01:00:00+01:00, true",
        "DateNotEquals, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, false",
        "DateLessThan, 2026-01-01T00:00:00Z, 2025-12-31T23:59:59Z, true",
        "DateLessThan, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, false",
        "DateLessThanEquals, 2026-01-01, 2026-01-01T00:00:00Z, true",
        "DateGreaterThan, 1767225600, 2026-01-01T00:00:01Z, true",
        "DateGreaterThanEquals, 2026-01-01T00:00:00Z, 1767225600, true",
        "DateGreaterThan, 2026-01-01T00:00:00Z, yesterday, false",
        "Bool, true, TRUE, true",
        "Bool, true, false, false",
        "Bool, true, -, false",
        "BoolIfExists, false, -, true",
        "BinaryEquals, QUJD, QUJD, true",
        "BinaryEquals, QUJD, QUJE, false",
        "IpAddress, 203.0.113.0/24, 203.0.113.9, true",
        "IpAddress, 203.0.113.0/24, 203.0.114.9, false",
        "IpAddress, 203.0.113.7, 203.0.113.7, true",
        "IpAddress, 2001:db8::/33, 2001:db8:7fff::1, true",
        "IpAddress, 2001:db8::/33, 2001:db8:8000::1, false",
        "IpAddress, 0.0.0.0/0, 2001:db8::1, false",
        "IpAddress, 0.0.0.0/0, host.example, false",
        "NotIpAddress, 203.0.113.0/24, 203.0.113.9, false",
        "NotIpAddress, 203.0.113.0/24, 198.51.100.1, true",
        "ArnEquals, arn:aws:s3:::b*, arn:aws:s3:::bucket, true",
        "ArnLike, arn:aws:lambda:*:111122223333:function:*,"
                + " arn:aws:lambda:us-east-1:111122223333:function:f:1, true",
        "ArnLike, arn:aws:lambda:*:function:f, arn:aws:lambda:us-east-1:1:function:f, false",
        "StringLike, arn:aws:lambda:*:function:f, arn:aws:lambda:us-east-1:1:function:f, true",
        "ArnLike, arn:aws:s3:::b, ARN:aws:s3:::b, false",
        "ArnLike, *, arn:aws:s3:::b, true",
        "ArnLike, arn:aws:iam::111122223333:user/${aws:username},"
                + " arn:aws:iam::111122223333:user/ana, true",
        "ArnNotEquals, arn:aws:s3:::b, arn:aws:s3:::b, false",
        "ArnNotLike, arn:aws:s3:::b*, arn:aws:s3:::c, true",
        "ArnNotLike, arn:aws:s3:::b*, -, true",
        "Null, true, -, true",
        "Null, true, a, false",
        "Null, false, a, true",
        "Null, false, -, false",
        "StringEquals, a|b, c|b, true",
        "StringNotEquals, a|b, c|b, false",
        "ForAllValues:StringEquals, a|b, a|b|a, true",
        "ForAllValues:StringEquals, a|b, a|c, false",
        "ForAllValues:StringEquals, a|b, -, true",
        "ForAllValues:StringNotEquals, a|b, c|d, true",
        "ForAllValues:StringNotEquals, a|b, c|a, false",
        "ForAllValues:StringLikeIfExists, a*, -, true",
        "ForAnyValue:StringEquals, a|b, c|b, true",
        "ForAnyValue:StringEquals, a|b, c|d, false",
        "ForAnyValue:StringEquals, a|b, -, false",
        "ForAnyValue:StringNotEquals, a|b, a|c, true",
        "ForAnyValue:StringNotEquals, a|b, a|b, false",
        "ForAnyValue:StringNotEquals, a|b, -, false",
        "ForAnyValue:StringEqualsIfExists, a, -, true",
        "ForAnyValue:ArnLike, arn:aws:lambda:*:*:layer:ok:*,"
                + " arn:aws:lambda:r:1:layer:no:1|arn:aws:lambda:r:1:layer:ok:1, true",
    })
    void holdsAsDocumented(String operator, String wanted, String found, boolean holds) {
        String values =
                String.join(
                        ",",
                        Arrays.stream(wanted.split("\\|"))
                                .map(value -> "\"" + value + "\"")
                                .toList());
        PolicySet policies =
                PolicySet.of(
                        Policy.parse(
                                PolicyKind.IDENTITY,
                                "p",
                                """
                                {"Version":"2012-10-17","Statement":{"Effect":"Allow",
                                 "Action":"*","Resource":"*",
                                 "Condition":{"%s":{"test:Key":[%s]}}}}
                                """
                                        .formatted(operator, values)));
        ContextKeys.Builder context = ContextKeys.builder();
        if (!found.equals("-")) {
            context.put("TEST:KEY", List.of(found.split("\\|")));
        }
        Decision decision =
                PolicyEvaluator.decide(
                        USER,
                        CallerPolicies.identity(policies),
                        Optional.empty(),
                        new AccessRequest("x:Y", "*", Optional.empty(), context.build()));
        assertThat(decision.isAllowed()).isEqualTo(holds);
    }
}
