package dev.cloister.invoke.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[1, 2]", "null", "true", "\"text\"", "-1.5e10", " {\"a\": [{}]} "})
    void oneJsonValueIsDeliveredAsItIs(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        assertThat(EventJson.check(body).bytes()).isSameAs(body);
    }

    @Test
    void nothingIsDeliveredAsAnEmptyObject() {
        assertThat(EventJson.check(new byte[0]).utf8()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "nul", "{}{}", "1 2", "\"open", "{\"a\":}", "   ", "\"\\x\"", "'a'"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> EventJson.check(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error ->
                                assertThat(error.code())
                                        .isEqualTo("InvalidRequestContentException"))
                .hasMessageStartingWith(
                        "Could not parse request body into json: Could not parse payload into"
                                + " json: ");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> EventJson.check(new byte[] {'"', (byte) 0x87, '"'}))
                .hasMessageContaining("Invalid UTF-8 start byte 0x87");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> EventJson.check("[".repeat(5000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(AwsError.class);
    }
}
