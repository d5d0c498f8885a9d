package dev.cloister.api;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Requests as HTTP/1.1 text, signed by Amazon's signer. */
public final class SignedText {
    private SignedText() {}

    /**
     * @param target an encoded path, perhaps with a query
     */
    public static byte[] of(
            String service,
            String method,
            String target,
            Map<String, String> headers,
            byte[] body) {
        int question = target.indexOf('?');
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.fromValue(method))
                        .uri(URI.create("http://127.0.0.1:4566"))
                        .encodedPath(question < 0 ? target : target.substring(0, question));
        if (question >= 0) {
            for (String pair : target.substring(question + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                request.putRawQueryParameter(
                        equals < 0 ? pair : pair.substring(0, equals),
                        equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        headers.forEach(request::putHeader);
        SignedRequest signed =
                AwsV4HttpSigner.create()
                        .sign(
                                b ->
                                        b.identity(
                                                        AwsCredentialsIdentity.create(
                                                                FakeCredentials.KEY,
                                                                FakeCredentials.SECRET))
                                                .request(request.build())
                                                .payload(ContentStreamProvider.fromByteArray(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        service)
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME, "us-east-1")
                                                .putProperty(
                                                        AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE,
                                                        true)
                                                .putProperty(
                                                        AwsV4FamilyHttpSigner.NORMALIZE_PATH,
                                                        true));
        StringBuilder head = new StringBuilder();
        String query = signed.request().encodedQueryParameters().map(text -> "?" + text).orElse("");
        head.append(method)
                .append(' ')
                .append(signed.request().encodedPath())
                .append(query)
                .append(" HTTP/1.1\r\n");
        signed.request()
                .forEachHeader(
                        (name, values) ->
                                values.forEach(
                                        value ->
                                                head.append(name)
                                                        .append(": ")
                                                        .append(value)
                                                        .append("\r\n")));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        return all;
    }
}
