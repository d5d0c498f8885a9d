package dev.cloister.storage;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys in memory: a wrapped key is a random name for it, bound to its context. */
final class FakeKeys implements EnvelopeKeys {
    private record Held(ByteBuffer key, Map<String, String> context) {}

    private final Map<ByteBuffer, Held> held = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    final AtomicInteger generated = new AtomicInteger();
    final AtomicInteger unwrapped = new AtomicInteger();

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        generated.incrementAndGet();
        byte[] plaintext = new byte[32];
        byte[] wrapped = new byte[40];
        random.nextBytes(plaintext);
        random.nextBytes(wrapped);
        held.put(ByteBuffer.wrap(wrapped), new Held(ByteBuffer.wrap(plaintext), encryptionContext));
        return new DataKey(plaintext, wrapped);
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        unwrapped.incrementAndGet();
        Held found = held.get(ByteBuffer.wrap(wrapped));
        if (found == null || !found.context().equals(encryptionContext)) {
            throw new KeyUnavailableException("no such key in this context");
        }
        return new DataKey(found.key().array(), wrapped);
    }
}
