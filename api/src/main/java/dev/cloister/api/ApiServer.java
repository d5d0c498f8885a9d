package dev.cloister.api;

import dev.cloister.api.dispatch.Dispatcher;
import dev.cloister.api.http.HttpServer;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureVerifier;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The server's public face: one HTTP endpoint for all services. Thread-safe; {@link #close} stops
 * accepting and waits for requests under way up to {@link ApiSettings.HttpLimits#drain}.
 */
public final class ApiServer implements AutoCloseable {
    private final HttpServer http;

    /**
     * @param anonymous paths that need no signature, looked at first and in this order; {@code
     *     /_cloister/health} is always there
     * @throws IllegalArgumentException if a service doesn't fit its facts
     */
    public ApiServer(
            ApiSettings settings,
            CredentialLookup credentials,
            InstantSource clock,
            List<ServiceDefinition> services,
            List<AnonymousRoute> anonymous) {
        this(settings, credentials, clock, services, List.of(), anonymous);
    }

    /**
     * A server whose callers may do everything once they have signed.
     *
     * @param hosts routes of hosts that are not the API's, looked at before {@code anonymous}
     * @throws IllegalArgumentException if a service doesn't fit its facts
     */
    public ApiServer(
            ApiSettings settings,
            CredentialLookup credentials,
            InstantSource clock,
            List<ServiceDefinition> services,
            List<HostRoute> hosts,
            List<AnonymousRoute> anonymous) {
        this(settings, credentials, Authorizer.EVERYTHING, clock, services, hosts, anonymous);
    }

    /**
     * @param authorizer asked about every signed request before anything of it is done
     * @param hosts routes of hosts that are not the API's, looked at before {@code anonymous}
     * @throws IllegalArgumentException if a service doesn't fit its facts, or an operation has no
     *     rule of access
     */
    public ApiServer(
            ApiSettings settings,
            CredentialLookup credentials,
            Authorizer authorizer,
            InstantSource clock,
            List<ServiceDefinition> services,
            List<HostRoute> hosts,
            List<AnonymousRoute> anonymous) {
        this(
                settings,
                credentials,
                authorizer,
                SignatureLimits.defaults(),
                new LoggedSecurityEvents(),
                clock,
                services,
                hosts,
                anonymous);
    }

    /** As before, with limits of bad signatures and somebody who is told of them. */
    public ApiServer(
            ApiSettings settings,
            CredentialLookup credentials,
            Authorizer authorizer,
            SignatureLimits limits,
            SecurityEvents events,
            InstantSource clock,
            List<ServiceDefinition> services,
            List<HostRoute> hosts,
            List<AnonymousRoute> anonymous) {
        Dispatcher dispatcher =
                new Dispatcher(
                        services,
                        hosts,
                        anonymous,
                        new SignatureGuard(
                                new SignatureVerifier(credentials, settings.regions()),
                                limits,
                                events),
                        authorizer,
                        events,
                        clock,
                        settings.limits().maxBodyBytes(),
                        Stream.concat(Stream.of("localhost"), settings.domain().stream())
                                .distinct()
                                .toList());
        this.http = new HttpServer(settings, dispatcher);
    }

    /**
     * Opens the listeners; returns when they accept connections.
     *
     * @throws dev.cloister.api.http.HttpServerException if an address can't be bound or the
     *     certificate can't be read
     */
    public void start() {
        http.start();
    }

    /** The port in use, which differs from the settings' only if that is 0. */
    public int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.close();
    }
}
