package dev.cloister.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoleArnTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:iam::123456789012:role/r",
                "arn:aws:iam::123456789012:role/service-role/my+role=,.@-_9",
                "arn:aws-cn:iam::123456789012:role/a/b/c/r",
            })
    void goodOnesComeBackAsTheyWere(String arn) {
        assertThat(RoleArn.parse(arn).orElseThrow()).hasToString(arn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r",
                "arn:aws:iam::123456789012:role",
                "arn:aws:iam::123456789012:role/",
                "arn:aws:iam::123456789012:role/a/",
                "arn:aws:iam::123456789012:role//r",
                "arn:aws:iam::12345678901:role/r",
                "arn:aws:iam:us-east-1:123456789012:role/r",
                "arn:aws:iam::123456789012:user/r",
                "arn:aws:sts::123456789012:assumed-role/r/s",
                "arn:aws:iam::123456789012:role/r\n",
                "arn:aws:iam::123456789012:role/r s",
            })
    void othersAreNone(String arn) {
        assertThat(RoleArn.parse(arn)).isEmpty();
    }

    @Test
    void thePathIsNoPartOfTheSession() {
        RoleArn role = RoleArn.parse("arn:aws:iam::123456789012:role/a/b/r").orElseThrow();
        assertThat(role.path()).isEqualTo("/a/b/");
        assertThat(role.name()).isEqualTo("r");
        assertThat(role.assumedRoleArn("f"))
                .isEqualTo("arn:aws:sts::123456789012:assumed-role/r/f");
    }

    @Test
    void namesAndPathsHaveTheirLimits() {
        String base = "arn:aws:iam::123456789012:role/";
        assertThat(RoleArn.parse(base + "r".repeat(64))).isPresent();
        assertThat(RoleArn.parse(base + "r".repeat(65))).isEmpty();
        assertThat(RoleArn.parse(base + "p".repeat(510) + "/r")).isPresent();
        assertThat(RoleArn.parse(base + "p".repeat(511) + "/r")).isEmpty();
        assertThat(RoleArn.parse(base + "p/".repeat(10_000) + "r")).isEmpty();
    }
}
