package dev.cloister.benchmarks;

import dev.cloister.tests.product.Installation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A signed Invoke request as bytes, signed anew every second. Thread-safe. */
final class SignedInvoke implements Supplier<byte[]> {
    private static final long RENEW_NANOS = 1_000_000_000L;

    private final Installation installation;
    private final String function;
    private final byte[] event;
    private volatile Signed current;

    SignedInvoke(Installation installation, String function, String event) {
        this.installation = installation;
        this.function = function;
        this.event = event.getBytes(StandardCharsets.UTF_8);
        this.current = sign();
    }

    @Override
    public byte[] get() {
        Signed signed = current;
        if (System.nanoTime() - signed.at > RENEW_NANOS) {
            signed = sign();
            current = signed;
        }
        return signed.bytes;
    }

    private Signed sign() {
        URI endpoint = installation.endpoint();
        SdkHttpRequest request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .uri(endpoint)
                        .encodedPath("/2015-03-31/functions/" + function + "/invocations")
                        .putHeader("Content-Length", Integer.toString(event.length))
                        .build();
        AwsCredentialsIdentity identity =
                AwsCredentialsIdentity.create(
                        installation.variable("AWS_ACCESS_KEY_ID"),
                        installation.variable("AWS_SECRET_ACCESS_KEY"));
        SdkHttpRequest signed =
                AwsV4HttpSigner.create()
                        .sign(
                                r ->
                                        r.identity(identity)
                                                .request(request)
                                                .payload(stream())
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        "lambda")
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME,
                                                        installation.region()))
                        .request();
        StringBuilder head = new StringBuilder();
        head.append("POST ").append(signed.encodedPath()).append(" HTTP/1.1\r\n");
        signed.forEachHeader(
                (name, values) ->
                        head.append(name).append(": ").append(values.getFirst()).append("\r\n"));
        head.append("\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(event);
        return new Signed(all.toByteArray(), System.nanoTime());
    }

    private ContentStreamProvider stream() {
        return () -> new ByteArrayInputStream(event);
    }

    private static final class Signed {
        private final byte[] bytes;
        private final long at;

        Signed(byte[] bytes, long at) {
            this.bytes = bytes;
            this.at = at;
        }
    }
}
