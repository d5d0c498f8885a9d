package dev.cloister.s3.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-, 0, 10",
        "bytes=3-5, 3, 3",
        "bytes=3-99, 3, 7",
        "bytes=-3, 7, 3",
        "bytes=-99, 0, 10",
        "bytes=9-9, 9, 1"
    })
    void isWhatTheHeaderAsksFor(String header, long from, long length) {
        assertThat(ByteRange.of(header, 10)).contains(new ByteRange(from, length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-", "bytes=5-3", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", ""})
    void whatIsNotWellFormedIsIgnored(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void whatLiesBehindTheEndIsRefused(String header) {
        assertThatThrownBy(() -> ByteRange.of(header, 10))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> {
                            assertThat(error.status()).isEqualTo(416);
                            assertThat(error.code()).isEqualTo("InvalidRange");
                        });
    }
}
