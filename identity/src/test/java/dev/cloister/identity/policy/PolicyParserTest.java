package dev.cloister.identity.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no policy, and what IAM calls it. */
final class PolicyParserTest {
    private static final String OLD = "Policy document must be version 2012-10-17 or greater.";
    private static final String SYNTAX = "Syntax errors in policy.";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "policy",
                "{\"Version\":\"2012-10-17\",\"Version\":\"2012-10-17\"}",
                "{\"Version\":\"2012-10-17\",\"Statement\":[]}}"
            })
    void textThatIsNoJson(String text) {
        assertThatExceptionOfType(MalformedPolicyException.class)
                .isThrownBy(() -> PolicyDocument.parse(PolicyKind.IDENTITY, text));
    }

    @Test
    void endlessNestingIsRefused() {
        refused(PolicyKind.IDENTITY, "[".repeat(100_000), "This policy contains invalid Json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "'Effect':'Allow','Action':'s3:*' # Policy statement must contain resources.",
                "'Effect':'Allow','Resource':'*' # Policy statement must contain actions.",
                "'Effect':'Allow','Action':[],'Resource':'*' # Policy statement must contain"
                        + " actions.",
                "'Action':'s3:*','Resource':'*' # Syntax errors in policy.",
                "'Effect':'allow','Action':'s3:*','Resource':'*' # Syntax errors in policy.",
                "'Effect':'Allow','Action':1,'Resource':'*' # Syntax errors in policy.",
                "'Effect':'Allow','Action':'s3:*','NotAction':'s3:*','Resource':'*' # Syntax errors"
                        + " in policy.",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Extra':'x' # Syntax errors in"
                        + " policy.",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Principal':'*' # Policy document"
                        + " should not specify a principal.",
                "'Effect':'Allow','Action':'GetObject','Resource':'*' # Actions/Conditions must be"
                        + " prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                "'Effect':'Allow','Action':'a:b:c','Resource':'*' # Actions/Condition can contain"
                        + " only one colon.",
                "'Effect':'Allow','Action':'a@b:c','Resource':'*' # Vendor a@b is not valid",
                "'Effect':'Allow','Action':'s3:*','Resource':'bucket' # Resource bucket must be in"
                        + " ARN format or \"*\".",
                "'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:us-east-1::b' # Resource"
                        + " arn:aws:s3:us-east-1::b can not contain region information.",
                "'Sid':'a b','Effect':'Allow','Action':'s3:*','Resource':'*' # Statement IDs (SID)"
                        + " must be alpha-numeric. Check that your input satisfies the regular"
                        + " expression [0-9A-Za-z]*",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'Like':{'a:b':'c'}} #"
                        + " Syntax errors in policy.",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'NullIfExists':"
                        + "{'a:b':'true'}} # Syntax errors in policy.",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'NotIpAddress':"
                        + "{'aws:SourceIp':'10.0.0.0/64'}} # The policy failed legacy parsing",
                "'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'NumericLessThan':"
                        + "{'a:b':'ten'}} # The policy failed legacy parsing",
            })
    void statementsOfIdentityPolicies(String statement, String reason) {
        String json =
                "{\"Version\":\"2012-10-17\",\"Statement\":[{%s}]}"
                        .formatted(statement.replace('\'', '"'));
        refused(PolicyKind.IDENTITY, json, reason);
    }

    @Test
    void theWholeDocument() {
        String statement = "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}";
        refused(PolicyKind.IDENTITY, "{\"Statement\":[" + statement + "]}", OLD);
        refused(
                PolicyKind.IDENTITY,
                "{\"Version\":\"2008-10-17\",\"Statement\":" + statement + "}",
                OLD);
        refused(
                PolicyKind.RESOURCE,
                "{\"Version\":\"2025-01-01\",\"Statement\":" + statement + "}",
                SYNTAX);
        refused(PolicyKind.IDENTITY, "{\"Version\":\"2012-10-17\"}", SYNTAX);
        refused(PolicyKind.IDENTITY, "{\"Version\":\"2012-10-17\",\"Statement\":[]}", SYNTAX);
        refused(
                PolicyKind.IDENTITY,
                """
                {"Version":"2012-10-17","Statement":[
                 {"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},
                 {"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"}]}
                """,
                "Statement IDs (SID) in a single policy must be unique.");
    }

    @Test
    void trustPolicies() {
        refused(
                PolicyKind.TRUST,
                trust(
                        "\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Resource\":\"*\"",
                        "sts:AssumeRole"),
                "Has prohibited field Resource");
        refused(
                PolicyKind.TRUST,
                trust("\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}", "lambda:Invoke"),
                "AssumeRole policy may only specify STS AssumeRole actions.");
        refused(
                PolicyKind.TRUST,
                trust("\"Principal\":{\"AWS\":\"arn:aws:iam::1:user/x\"}", "sts:AssumeRole"),
                "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:user/x\"");
        refused(
                PolicyKind.TRUST,
                trust("\"Sid\":\"A\"", "sts:AssumeRole"),
                "Missing required field Principal");
        assertThat(
                        PolicyDocument.parse(
                                        PolicyKind.TRUST,
                                        trust(
                                                "\"Principal\":{\"AWS\":[\"111122223333\"],"
                                                        + "\"Service\":\"lambda.amazonaws.com\"}",
                                                "sts:AssumeRole"))
                                .statements()
                                .getFirst()
                                .principals()
                                .orElseThrow()
                                .entries())
                .isEqualTo(
                        List.of(
                                new PolicyDocument.PrincipalEntry(
                                        PolicyDocument.PrincipalType.AWS, "111122223333"),
                                new PolicyDocument.PrincipalEntry(
                                        PolicyDocument.PrincipalType.SERVICE,
                                        "lambda.amazonaws.com")));
    }

    private static String trust(String members, String action) {
        return """
               {"Version":"2012-10-17","Statement":[{"Effect":"Allow",%s,"Action":"%s"}]}
               """
                .formatted(members, action);
    }

    private static void refused(PolicyKind kind, String json, String reason) {
        assertThatExceptionOfType(MalformedPolicyException.class)
                .isThrownBy(() -> PolicyDocument.parse(kind, json))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
