package dev.cloister.api;

import java.time.InstantSource;
import java.util.List;

/**
 * The server's public face: one HTTP endpoint for all services. Thread-safe; {@link #close} waits
 * for requests under way up to {@link ApiSettings.HttpLimits#drain}.
 */
public final class ApiServer implements AutoCloseable {
    private final ApiSettings settings;

    /**
     * @param anonymous paths that need no signature, looked at first and in this order; {@code
     *     /_cloister/health} is always there
     */
    public ApiServer(
            ApiSettings settings,
            CredentialLookup credentials,
            InstantSource clock,
            List<ServiceDefinition> services,
            List<AnonymousRoute> anonymous) {
        this.settings = settings;
    }

    /** Opens the listeners; returns when they accept connections. */
    public void start() {
        if (settings.addresses().size() > 0) {
            throw new UnsupportedOperationException("the HTTP listener is not built yet");
        }
    }

    /** The port in use, which differs from the settings' only if that is 0. */
    public int port() {
        return settings.port();
    }

    @Override
    public void close() {}
}
