package dev.cloister.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BucketPolicyTest {
    private static final String STATEMENT =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":%s,
            "Action":%s,"Resource":%s%s}]}""";

    private static BucketPolicy checked(String document) {
        return BucketPolicy.checked("b", document, _ -> Optional.empty());
    }

    private static String statement(String principal, String action, String resource) {
        return STATEMENT.formatted(principal, action, resource, "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nonsense | Policies must be valid JSON and the first byte must be '{'",
                "[] | Policies must be valid JSON and the first byte must be '{'",
                "{} | Missing required field Statement",
                "{'Statement':[{}]} | Missing required field Principal",
                "{'Statement':{'Principal':'*'}} | Missing required field Resource",
                "{'Statement':{'Principal':'*','Action':'s3:*','Resource':'*'}}"
                        + " | Policy has invalid resource",
                "{'Statement':{'Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::bb'}}"
                        + " | Policy has invalid resource",
                "{'Statement':{'Principal':'*','Action':'sqs:*','Resource':'arn:aws:s3:::b'}}"
                        + " | Policy has invalid action",
                "{'Statement':{'Principal':'*','Action':'s3:GetObject',"
                        + "'Resource':'arn:aws:s3:::b'}}"
                        + " | Action does not apply to any resource(s) in statement",
                "{'Statement':{'Principal':'*','Action':'s3:ListBucket',"
                        + "'Resource':'arn:aws:s3:::b/*'}}"
                        + " | Action does not apply to any resource(s) in statement"
            })
    void whatIsNoPolicyOfTheBucketIsRefusedInS3sWords(String document, String message) {
        assertThatThrownBy(() -> checked(document.replace("'", "\"")))
                .isInstanceOfSatisfying(
                        AwsError.class, e -> assertThat(e.code()).isEqualTo("MalformedPolicy"))
                .hasMessageContaining(message);
    }

    @Test
    void moreThan20KilobytesAreRefused() {
        String long20k = " ".repeat(BucketPolicy.MOST_BYTES);
        assertThatThrownBy(
                        () ->
                                checked(
                                        statement("\"*\"", "\"s3:*\"", "\"arn:aws:s3:::b\"")
                                                + long20k))
                .hasMessageContaining("20480 bytes");
    }

    @Test
    void theGrammarHasItsSay() {
        assertThatThrownBy(
                        () ->
                                BucketPolicy.checked(
                                        "b",
                                        statement(
                                                "{\"AWS\":\"x\"}",
                                                "\"s3:*\"",
                                                "\"arn:aws:s3:::b\""),
                                        _ -> Optional.of("Invalid principal in policy: x")))
                .hasMessageContaining("Invalid principal in policy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'*' | | true",
                "{'AWS':'*'} | | true",
                "{'AWS':['111122223333','*']} | | true",
                "{'AWS':'111122223333'} | | false",
                "'*' | {'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}} | false",
                "'*' | {'IpAddress':{'aws:SourceIp':'0.0.0.0/1'}} | true",
                "'*' | {'StringEquals':{'aws:PrincipalOrgID':'o-1'}} | false",
                "'*' | {'StringLike':{'aws:PrincipalOrgID':'o-*'}} | true",
                "'*' | {'StringNotEquals':{'aws:PrincipalOrgID':'o-1'}} | true",
                "'*' | {'Bool':{'aws:SecureTransport':'true'}} | true"
            })
    void whatIsPublic(String principal, String condition, boolean expected) {
        String more = condition == null ? "" : ",\"Condition\":" + condition.replace("'", "\"");
        BucketPolicy policy =
                checked(
                        STATEMENT.formatted(
                                principal.replace("'", "\""),
                                "\"s3:*\"",
                                "\"arn:aws:s3:::b/*\"",
                                more));
        assertThat(policy.isPublic()).isEqualTo(expected);
    }
}
