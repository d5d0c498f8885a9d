package dev.cloister.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorizationMessagesTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("210987654321");
    private static final String TEXT = "{\"allowed\":false,\"word\":\"prüfe\"}";

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final AuthorizationMessages messages =
            new AuthorizationMessages(new byte[32], new SecureRandom(), () -> now);

    private void refused(AccountId account, String message) {
        assertThatThrownBy(() -> messages.decode(account, message))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error ->
                                assertThat(error.code())
                                        .isEqualTo("InvalidAuthorizationMessageException"));
    }

    @Test
    void whatIsEncodedIsDecodedByItsAccountForADay() {
        String message = messages.encode(ACCOUNT, TEXT).orElseThrow();
        assertThat(message).doesNotContain("allowed").matches("[A-Za-z0-9_-]+");
        assertThat(messages.encode(ACCOUNT, TEXT)).isNotEqualTo(java.util.Optional.of(message));
        now = now.plus(AuthorizationMessages.LIFE).minusSeconds(1);
        assertThat(messages.decode(ACCOUNT, message)).isEqualTo(TEXT);
        refused(OTHER, message);
        now = now.plusSeconds(1);
        refused(ACCOUNT, message);
    }

    @Test
    void anyChangeIsRefused() {
        String message = messages.encode(ACCOUNT, TEXT).orElseThrow();
        for (int i = 0; i < message.length() - 1; i++) {
            char other = message.charAt(i) == 'A' ? 'B' : 'A';
            refused(ACCOUNT, message.substring(0, i) + other + message.substring(i + 1));
        }
        refused(ACCOUNT, message.substring(0, 40));
        refused(ACCOUNT, message + "AAAA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "not base64!", "AQ", "AQEBAQEBAQEBAQEBAQ"})
    void othersMessagesAreRefused(String message) {
        refused(ACCOUNT, message);
    }

    @Test
    void whatIsTooLongIsLeftOut() {
        StringBuilder random = new StringBuilder();
        new SecureRandom().ints(20_000, 'a', 'z').forEach(random::appendCodePoint);
        assertThat(messages.encode(ACCOUNT, random.toString())).isEmpty();
        assertThat(
                        messages.decode(
                                ACCOUNT,
                                messages.encode(ACCOUNT, "a".repeat(100_000)).orElseThrow()))
                .hasSize(100_000);
    }
}
