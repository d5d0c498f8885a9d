package dev.cloister.api.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.FakeCredentials;
import dev.cloister.api.SecurityEvent;
import dev.cloister.api.SignatureLimits;
import dev.cloister.api.SignedText;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SignatureGuardTest {
    private static final InetAddress SOURCE = InetAddress.ofLiteral("203.0.113.7");
    private static final InetAddress OTHER = InetAddress.ofLiteral("203.0.113.8");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String UNKNOWN = "AKIAUNKNOWNUNKNOWN00";

    private final List<SecurityEvent> events = new ArrayList<>();
    private final SignatureGuard guard =
            new SignatureGuard(
                    new SignatureVerifier(new FakeCredentials(), Set.of()),
                    new SignatureLimits(10, 3),
                    events::add);
    private final RequestHead head = signed();
    private final SignatureClaim claim = ClaimParser.parse(head).orElseThrow();
    private Instant now = claim.signedAt();

    private static RequestHead signed() {
        String text =
                new String(
                        SignedText.of(
                                "lambda", "GET", "/2015-03-31/functions", Map.of(), new byte[0]),
                        StandardCharsets.ISO_8859_1);
        RequestHeaders.Builder headers = new RequestHeaders.Builder();
        text.lines()
                .skip(1)
                .filter(line -> line.contains(": "))
                .forEach(
                        line ->
                                headers.add(
                                        line.substring(0, line.indexOf(": "))
                                                .toLowerCase(Locale.ROOT),
                                        line.substring(line.indexOf(": ") + 2)));
        return RequestHead.of("GET", "/2015-03-31/functions", "", headers.build());
    }

    private SignatureClaim with(String key, String signature) {
        return new SignatureClaim(
                key,
                claim.scopeDate(),
                claim.region(),
                claim.service(),
                claim.signedHeaders(),
                signature,
                claim.timestamp(),
                claim.signedAt(),
                claim.token(),
                claim.link());
    }

    private SignatureClaim wrong() {
        return with(claim.accessKeyId(), "0".repeat(64));
    }

    private void send(InetAddress source, SignatureClaim sent) {
        Candidate candidate = guard.check(source, head, sent, Optional.empty(), now);
        byte[] payload = guard.verify(source, head, candidate, new byte[0], now);
        assertThat(payload).isEmpty();
    }

    private void refused(InetAddress source, SignatureClaim sent, Reason reason) {
        assertThatThrownBy(() -> send(source, sent))
                .isInstanceOfSatisfying(
                        SignatureRefusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    @Test
    void aKeyIsTriedSoOftenAndNoMore() {
        for (int i = 0; i < 3; i++) {
            refused(SOURCE, wrong(), Reason.MISMATCH);
        }
        refused(SOURCE, wrong(), Reason.THROTTLED);
        // Nothing has proven that its owner is at this address.
        refused(SOURCE, claim, Reason.THROTTLED);
        send(OTHER, claim);
        assertThat(events)
                .containsExactly(
                        new SecurityEvent.SignatureRefused(
                                now, SOURCE, FakeCredentials.KEY, "MISMATCH"),
                        new SecurityEvent.SignatureRefused(
                                now, SOURCE, FakeCredentials.KEY, "MISMATCH"),
                        new SecurityEvent.SignatureRefused(
                                now, SOURCE, FakeCredentials.KEY, "MISMATCH"),
                        new SecurityEvent.SignaturesThrottled(now, SOURCE, FakeCredentials.KEY));
    }

    @Test
    void whoHasSignedWellIsNeverLockedOut() {
        send(SOURCE, claim);
        for (int i = 0; i < 50; i++) {
            refused(SOURCE, wrong(), i < 3 ? Reason.MISMATCH : Reason.THROTTLED);
            send(SOURCE, claim);
        }
    }

    @Test
    void theAddressesOfThisMachineAreShared() {
        for (int i = 0; i < 50; i++) {
            refused(LOOPBACK, wrong(), i < 3 ? Reason.MISMATCH : Reason.THROTTLED);
        }
        send(LOOPBACK, claim);
    }

    @Test
    void whoeverTriesManyKeysLearnsNotWhichThereAre() {
        for (int i = 0; i < 10; i++) {
            refused(SOURCE, with(UNKNOWN + i, claim.signature()), Reason.UNKNOWN_KEY);
        }
        refused(SOURCE, with(UNKNOWN, claim.signature()), Reason.THROTTLED);
        refused(SOURCE, wrong(), Reason.THROTTLED);
        // Nor by what is checked before the signature.
        now = now.plusSeconds(1_000);
        for (int i = 0; i < 10; i++) {
            refused(SOURCE, with(UNKNOWN + i, claim.signature()), Reason.UNKNOWN_KEY);
        }
        refused(SOURCE, with(UNKNOWN, claim.signature()), Reason.THROTTLED);
        refused(SOURCE, claim, Reason.THROTTLED);
        now = claim.signedAt();
        send(OTHER, claim);
    }

    @Test
    void otherKeysOfABusyAddressWorkOn() {
        for (int i = 0; i < 30; i++) {
            SignatureClaim unknown = with(UNKNOWN + i, claim.signature());
            refused(SOURCE, unknown, i < 10 ? Reason.UNKNOWN_KEY : Reason.THROTTLED);
        }
        send(SOURCE, claim);
    }

    @Test
    void aMinuteLaterAllIsForgotten() {
        for (int i = 0; i < 20; i++) {
            refused(SOURCE, wrong(), i < 3 ? Reason.MISMATCH : Reason.THROTTLED);
        }
        now = now.plusSeconds(60);
        send(SOURCE, claim);
        refused(SOURCE, wrong(), Reason.MISMATCH);
    }

    @Test
    void anIpv6CustomerIsOneSource() {
        for (int i = 0; i < 3; i++) {
            refused(InetAddress.ofLiteral("2001:db8:1:2::" + i), wrong(), Reason.MISMATCH);
        }
        refused(InetAddress.ofLiteral("2001:db8:1:2:3:4:5:6"), wrong(), Reason.THROTTLED);
        refused(InetAddress.ofLiteral("2001:db8:1:3::1"), wrong(), Reason.MISMATCH);
    }

    @Test
    void aWrongClockIsNoGuess() {
        now = now.plusSeconds(1_000);
        for (int i = 0; i < 50; i++) {
            refused(SOURCE, claim, Reason.SKEWED);
        }
        now = claim.signedAt();
        send(SOURCE, claim);
    }

    @Test
    void countsAreBounded() {
        FailureCounts<Integer> counts = new FailureCounts<>(1);
        for (int i = 0; i < 50_000; i++) {
            assertThat(counts.add(i, now)).isFalse();
        }
        assertThat(counts.size()).isLessThanOrEqualTo(20_000);
        assertThat(counts.add(49_999, now)).isTrue();
    }
}
