package dev.cloister.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.functions.VersionSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ImagePermissionTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static final class Image implements VersionSnapshot.Code {
        @Override
        public String digest() {
            return "abc";
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(new byte[] {1});
        }
    }

    @Test
    void isForOneImageAndAWhile() throws IOException {
        ImagePermission permission = new ImagePermission(new Image(), () -> now);
        now = now.plus(ImagePermission.VALID).minusMillis(1);
        assertThat(permission.digest()).isEqualTo("abc");
        assertThat(permission.open().readAllBytes()).containsExactly(1);
        now = now.plusMillis(1);
        assertThatThrownBy(permission::open)
                .isInstanceOf(IOException.class)
                .hasMessage("the permission to read image abc ended at 2026-01-01T00:02:00Z");
    }
}
