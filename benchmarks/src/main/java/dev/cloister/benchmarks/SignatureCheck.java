package dev.cloister.benchmarks;

import dev.cloister.api.AccountId;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.api.SignatureLimits;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.ClaimParser;
import dev.cloister.api.sigv4.SignatureClaim;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureVerifier;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * What checking an Invoke's signature costs: parsing the claim, finding the key, the canonical
 * request, the hash of the payload, and the limits of bad signatures.
 */
public final class SignatureCheck {
    private static final int WARM_UP = 100_000;
    private static final int ROUNDS = 500_000;
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String PATH = "/2015-03-31/functions/orders/invocations";

    private static final SigningCredential CREDENTIAL =
            new SigningCredential(
                    new Principal(
                            new AccountId("111122223333"),
                            "arn:aws:iam::111122223333:user/ana",
                            "AIDAANA",
                            KEY),
                    new SecretText(SECRET),
                    Optional.empty());
    private static final SignatureGuard GUARD =
            new SignatureGuard(
                    new SignatureVerifier(id -> Optional.of(CREDENTIAL), Set.of()),
                    SignatureLimits.defaults(),
                    event -> {});

    /** Keeps the checks from being optimized away. */
    private static long bytes;

    private SignatureCheck() {}

    public static void main(String[] args) {
        Table table = new Table("payload", "µs of CPU");
        for (int size : new int[] {20, 1_024, 65_536}) {
            byte[] body = new byte[size];
            RequestHead head = head(body);
            int rounds = size > 10_000 ? ROUNDS / 20 : ROUNDS;
            check(Math.min(WARM_UP, rounds), head, body);
            table.add(size + " bytes", micros(rounds, () -> check(rounds, head, body)));
        }
        table.print(System.out);
        System.err.println(bytes + " bytes checked");
    }

    private static double micros(int rounds, Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        work.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e3 / rounds;
    }

    private static void check(int rounds, RequestHead head, byte[] body) {
        InetAddress source = InetAddress.getLoopbackAddress();
        for (int i = 0; i < rounds; i++) {
            SignatureClaim claim = ClaimParser.parse(head).orElseThrow();
            Instant now = claim.signedAt();
            Candidate candidate = GUARD.check(source, head, claim, Optional.of("lambda"), now);
            bytes += GUARD.verify(source, head, candidate, body, now).length;
        }
    }

    private static RequestHead head(byte[] body) {
        SdkHttpRequest request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .uri(URI.create("http://127.0.0.1:4566"))
                        .encodedPath(PATH)
                        .putHeader("Content-Length", Integer.toString(body.length))
                        .putHeader("Content-Type", "application/json")
                        .putHeader("X-Amz-Invocation-Type", "RequestResponse")
                        .build();
        SdkHttpRequest signed =
                AwsV4HttpSigner.create()
                        .sign(
                                r ->
                                        r.identity(AwsCredentialsIdentity.create(KEY, SECRET))
                                                .request(request)
                                                .payload(ContentStreamProvider.fromByteArray(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        "lambda")
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                        .request();
        RequestHeaders.Builder headers = new RequestHeaders.Builder();
        signed.forEachHeader(
                (name, values) -> headers.add(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return RequestHead.of("POST", PATH, "", headers.build());
    }
}
