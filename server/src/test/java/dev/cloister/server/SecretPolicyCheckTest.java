package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.secrets.manager.PolicyCheck.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is public, what is sound, and what is no policy. */
final class SecretPolicyCheckTest {
    private static Finding examine(String statement) {
        return new SecretPolicyCheck()
                .examine(
                        "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}".formatted(statement),
                        "arn:aws:secretsmanager:us-east-1:111122223333:secret:s-abcdef");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Principal\":\"*\"",
                "\"Principal\":{\"AWS\":\"*\"}",
                "\"Principal\":{\"AWS\":[\"arn:aws:iam::111122223333:root\",\"*\"]}",
                "\"NotPrincipal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"}"
            })
    void whatAllowsAnybodyIsPublic(String principal) {
        String action = ",\"Action\":\"secretsmanager:*\",\"Resource\":\"*\"";
        assertThat(examine("{\"Effect\":\"Allow\"," + principal + action + "}"))
                .isInstanceOf(Finding.Public.class);
        assertThat(examine("{\"Effect\":\"Deny\"," + principal + action + "}"))
                .isInstanceOf(Finding.Sound.class);
        assertThat(
                        examine(
                                "{\"Effect\":\"Allow\","
                                        + principal
                                        + action
                                        + ",\"Condition\":{\"StringEquals\":"
                                        + "{\"aws:PrincipalAccount\":\"111122223333\"}}}"))
                .isInstanceOf(Finding.Sound.class);
    }

    @Test
    void anAccountIsSound() {
        assertThat(
                        examine(
                                """
                                {"Effect":"Allow","Principal":{"AWS":"444455556666"},
                                "Action":"secretsmanager:GetSecretValue","Resource":"*"}"""))
                .isInstanceOf(Finding.Sound.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "{\"Effect\":\"Maybe\"}",
                "{\"Effect\":\"Allow\",\"Action\":\"x:y\",\"Resource\":\"*\"}",
                "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Resource\":\"*\"}"
            })
    void whatIsNoPolicyIsSaidToBeNone(String statement) {
        assertThat(examine(statement)).isInstanceOf(Finding.Malformed.class);
    }
}
