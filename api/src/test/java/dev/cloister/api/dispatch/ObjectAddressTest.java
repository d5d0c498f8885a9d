package dev.cloister.api.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ObjectAddressTest {
    private static final List<String> DOMAINS = List.of("localhost", "example.com");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "127.0.0.1:4566, /, -, -",
                "127.0.0.1:4566, /b, b, -",
                "127.0.0.1:4566, /b/, b, -",
                "localhost:4566, /b/k, b, k",
                "localhost, /b/a//../k%2Fx/, b, a//../k/x/",
                "s3.us-east-1.localhost:4566, /b/k, b, k",
                "s3.localhost, /b/k, b, k",
                "b.s3.us-east-1.localhost:4566, /k, b, k",
                "b.s3.localhost:4566, /k/l, b, k/l",
                "B.LOCALHOST, /, b, -",
                "a.b.s3.us-east-1.example.com, /k, a.b, k",
                "api.example.com:8443, /b/k, b, k",
                "b.s3.example.com, /k, b, k",
                "s3.eu-west-1.example.com, /b/k, b, k",
                "b.other.org, /k/l, k, l"
            })
    void comesFromHostOrPath(String host, String path, String bucket, String key) {
        ObjectAddress address = ObjectAddress.of(head(host, path), DOMAINS);
        assertThat(address.bucket()).isEqualTo(Optional.ofNullable(bucket));
        assertThat(address.key()).isEqualTo(Optional.ofNullable(key));
    }

    @Test
    void onlyAHostWithS3sNameSaysByItselfThatARequestIsS3s() {
        assertThat(ObjectAddress.isHosted(head("b.s3.us-east-1.localhost", "/"), DOMAINS)).isTrue();
        assertThat(ObjectAddress.isHosted(head("b.s3.localhost", "/"), DOMAINS)).isTrue();
        assertThat(ObjectAddress.isHosted(head("b.localhost", "/"), DOMAINS)).isFalse();
        assertThat(ObjectAddress.isHosted(head("x.lambda-url.us-east-1.localhost", "/"), DOMAINS))
                .isFalse();
    }

    @Test
    void aKeyThatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> ObjectAddress.of(head("localhost", "/b/%FF"), DOMAINS))
                .isInstanceOf(MalformedRequestException.class);
        assertThat(ObjectAddress.of(head("localhost", "/b/%EF%BF%BD"), DOMAINS).key())
                .contains("\uFFFD");
    }

    private static RequestHead head(String host, String path) {
        return RequestHead.of(
                "GET", path, "", new RequestHeaders.Builder().add("host", host).build());
    }
}
