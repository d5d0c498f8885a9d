package dev.cloister.secrets.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.secrets.manager.Passwords.EachKind;
import dev.cloister.secrets.manager.Passwords.Kind;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PasswordsTest {
    private final Passwords passwords = new Passwords(new SecureRandom());

    @Test
    void everyKindOccursWhereItIsRequired() {
        for (int i = 0; i < 500; i++) {
            assertThat(passwords.generate(5, EnumSet.allOf(Kind.class), "", EachKind.REQUIRED))
                    .hasSize(5)
                    .containsPattern("[a-z]")
                    .containsPattern("[A-Z]")
                    .containsPattern("[0-9]")
                    .containsPattern("[^a-zA-Z0-9 ]")
                    .contains(" ");
        }
    }

    @Test
    void excludedCharactersDoNotOccur() {
        String password =
                passwords.generate(
                        4_096,
                        EnumSet.of(Kind.LOWERCASE, Kind.NUMBER),
                        "aeiou0",
                        EachKind.REQUIRED);
        assertThat(password).matches("[b-df-hj-np-tv-z1-9]{4096}");
        assertThatThrownBy(
                        () ->
                                passwords.generate(
                                        8,
                                        EnumSet.of(Kind.NUMBER),
                                        "0123456789",
                                        EachKind.REQUIRED))
                .isInstanceOf(AwsError.class);
        assertThatThrownBy(
                        () ->
                                passwords.generate(
                                        1,
                                        EnumSet.of(Kind.NUMBER, Kind.LOWERCASE),
                                        "",
                                        EachKind.REQUIRED))
                .isInstanceOf(AwsError.class);
    }

    @Test
    void passwordsDiffer() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(passwords.generate(32, EnumSet.allOf(Kind.class), "", EachKind.LEFT_TO_CHANCE));
        }
        assertThat(all).hasSize(1_000);
    }
}
