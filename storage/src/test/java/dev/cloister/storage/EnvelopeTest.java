package dev.cloister.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final Map<String, String> CONTEXT = Map.of("function", "f", "version", "1");
    private static final byte[] TEXT = "a=1,b=2".getBytes(StandardCharsets.UTF_8);

    private final FakeKeys keys = new FakeKeys();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Envelope envelope = new Envelope(keys, () -> now, new SecureRandom());

    @Test
    void whatIsSealedOpensInItsContextAlone() {
        byte[] sealed = envelope.seal(TEXT, KEY, CONTEXT);
        Map<String, String> sameInAnotherOrder = new LinkedHashMap<>();
        sameInAnotherOrder.put("version", "1");
        sameInAnotherOrder.put("function", "f");
        assertThat(envelope.open(sealed, sameInAnotherOrder)).isEqualTo(TEXT);
        assertThat(envelope.open(envelope.seal(new byte[0], KEY, CONTEXT), CONTEXT)).isEmpty();
        for (Map<String, String> other :
                Set.of(
                        Map.<String, String>of(),
                        Map.of("function", "f"),
                        Map.of("function", "f", "version", "2"),
                        Map.of("function", "fversion", "", "1"))) {
            assertThatThrownBy(() -> envelope.open(sealed, other))
                    .isInstanceOf(KeyUnavailableException.class);
        }
    }

    @Test
    void everyChangeIsFound() {
        byte[] sealed = envelope.seal(TEXT, KEY, CONTEXT);
        for (int i = 0; i < sealed.length; i++) {
            byte[] bad = sealed.clone();
            bad[i] ^= 1;
            assertRefused(bad);
            assertRefused(Arrays.copyOf(sealed, i));
        }
        assertRefused(Arrays.copyOf(sealed, sealed.length + 1));
    }

    private void assertRefused(byte[] bad) {
        assertThatThrownBy(() -> envelope.open(bad, CONTEXT))
                .isInstanceOfAny(CorruptEnvelopeException.class, KeyUnavailableException.class)
                .hasMessageNotContaining("a=1");
    }

    @Test
    void oneDataKeyServesAStreamOfBlobsAndNoNonceComesTwice() {
        Set<String> sealed = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            byte[] one = envelope.seal(TEXT, KEY, CONTEXT);
            sealed.add(Arrays.toString(one));
            assertThat(envelope.open(one, CONTEXT)).isEqualTo(TEXT);
        }
        assertThat(sealed).hasSize(1_000);
        assertThat(keys.generated).hasValue(1);
        assertThat(keys.unwrapped).hasValue(1);
    }

    @Test
    void dataKeysAreRetiredByTimeAndNeverSharedBetweenContextsOrKeys() {
        envelope.seal(TEXT, KEY, CONTEXT);
        envelope.seal(TEXT, KEY, Map.of());
        envelope.seal(TEXT, new KeyRef("210987654321", KEY.alias()), CONTEXT);
        assertThat(keys.generated).hasValue(3);
        byte[] sealed = envelope.seal(TEXT, KEY, CONTEXT);
        envelope.open(sealed, CONTEXT);
        now = now.plus(Envelope.KEY_LIFE).minus(Duration.ofMillis(1));
        envelope.seal(TEXT, KEY, CONTEXT);
        assertThat(keys.generated).hasValue(3);
        now = now.plus(Duration.ofMillis(1));
        envelope.seal(TEXT, KEY, CONTEXT);
        envelope.open(sealed, CONTEXT);
        assertThat(keys.generated).hasValue(4);
        assertThat(keys.unwrapped).hasValue(2);
    }

    @Test
    void dataKeysAreRetiredByUse() {
        byte[] big = new byte[32 << 20];
        long seals = Envelope.KEY_BYTES / big.length;
        assertThat(seals).isEqualTo(512);
        Envelope.SealingKey key =
                new Envelope.SealingKey(Envelope.secretKey(new byte[32]), new byte[0]);
        for (long i = 0; i < seals; i++) {
            assertThat(key.use(big.length)).isTrue();
        }
        assertThat(key.use(1)).isFalse();
        Envelope.SealingKey often =
                new Envelope.SealingKey(Envelope.secretKey(new byte[32]), new byte[0]);
        for (int i = 0; i < Envelope.KEY_SEALS; i++) {
            assertThat(often.use(1)).isTrue();
        }
        assertThat(often.use(1)).isFalse();
    }

    @Test
    void theCacheIsBounded() {
        ExpiringCache<Integer, Integer> cache =
                new ExpiringCache<>(2, Duration.ofMinutes(1), () -> now);
        for (int i = 0; i < 3; i++) {
            int value = i;
            cache.get(i, () -> value);
        }
        assertThat(cache.get(0, () -> 10)).isEqualTo(10);
        assertThat(cache.get(2, () -> 10)).isEqualTo(2);
    }
}
