package dev.cloister.functions;

import dev.cloister.api.SecretText;
import java.util.Map;
import java.util.Optional;

/** The members of a configuration that a request gives; what is empty keeps its value. */
public record ConfigurationChange(
        Optional<String> description,
        Optional<String> role,
        Optional<String> runtime,
        Optional<String> handler,
        Optional<Integer> timeoutSeconds,
        Optional<Integer> memoryMegabytes,
        Optional<Integer> ephemeralStorageMegabytes,
        Optional<Map<String, SecretText>> environment,
        Optional<LoggingChange> logging,
        OptionsChange options,
        Optional<LayerSelection> layers) {

    /** The members of a LoggingConfig that a request gives. */
    public record LoggingChange(
            Optional<String> format,
            Optional<String> applicationLevel,
            Optional<String> systemLevel,
            Optional<String> logGroup) {}
}
