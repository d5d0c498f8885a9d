package dev.cloister.api;

/** Takes {@link SecurityEvent}s. Implementations are thread-safe and don't block. */
@FunctionalInterface
public interface SecurityEvents {
    void record(SecurityEvent event);
}
