package dev.cloister.api.http;

import dev.cloister.api.ApiSettings;
import dev.cloister.api.ApiSettings.HttpLimits;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the settings' addresses, one virtual thread for each connection. Closing stops
 * accepting at once and waits for requests under way up to the settings' drain time.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final ApiSettings settings;
    private final HttpHandler handler;
    private final ConnectionWatch watch;
    private final BodyMemory memory = BodyMemory.ofHeap();
    private final List<WebServer> listeners = new ArrayList<>();

    public HttpServer(ApiSettings settings, HttpHandler handler) {
        this.settings = settings;
        this.handler = handler;
        this.watch = new ConnectionWatch(settings.limits());
    }

    /**
     * Opens every listener, or none.
     *
     * @throws HttpServerException if an address can't be bound or the certificate can't be read
     */
    public synchronized void start() {
        if (!listeners.isEmpty()) {
            throw new IllegalStateException("the HTTP server has been started already");
        }
        watch.start();
        for (InetAddress address : settings.addresses()) {
            WebServer listener = listener(address).start();
            if (!listener.isRunning()) {
                // Helidon has logged the cause, and doesn't tell.
                close();
                throw new HttpServerException(
                        "can't listen on "
                                + address.getHostAddress()
                                + " port "
                                + settings.port()
                                + ": is the port in use, and the address one of this host's?");
            }
            listeners.add(listener);
        }
    }

    /** The port of the first listener. */
    public synchronized int port() {
        return listeners.isEmpty() ? settings.port() : listeners.getFirst().port();
    }

    private WebServer listener(InetAddress address) {
        HttpLimits limits = settings.limits();
        WebServerConfig.Builder server =
                WebServer.builder()
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .protocolsDiscoverServices(false)
                        .address(address)
                        .port(settings.port())
                        .addProtocol(http1(limits))
                        .contentEncoding(
                                ContentEncodingContext.builder()
                                        .contentEncodingsDiscoverServices(false)
                                        .build())
                        .maxPayloadSize(-1)
                        .maxTcpConnections(limits.maxConnections())
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .idleConnectionTimeout(limits.idleTimeout())
                        .idleConnectionPeriod(sweepPeriod(limits))
                        .shutdownGracePeriod(limits.drain())
                        .directHandlers(directHandlers())
                        .routing(
                                HttpRouting.builder()
                                        .addFilter((chain, req, res) -> serve(req, res)));
        if (!address.isLoopbackAddress()) {
            // With NIO, Helidon looks up each client's name, which can take seconds.
            server.useNio(false);
            Tls tls = ServerTls.of(settings.tls().orElseThrow(), watch);
            server.tls(tls);
        }
        return server.build();
    }

    private static Duration sweepPeriod(HttpLimits limits) {
        Duration quarter = limits.idleTimeout().dividedBy(4);
        return quarter.compareTo(Duration.ofSeconds(5)) > 0
                ? Duration.ofSeconds(5)
                : quarter.plusMillis(1);
    }

    /**
     * Helidon's own checks of targets and header values are off: paths are taken as received, and
     * {@link HttpExchange#head} checks what they would.
     */
    private Http1Config http1(HttpLimits limits) {
        return Http1Config.builder()
                .maxPrologueLength(limits.maxRequestLineBytes())
                .maxHeadersSize(limits.maxHeaderBytes())
                .validatePath(false)
                .validatePrologue(false)
                .validateRequestHeaders(false)
                .validateResponseHeaders(false)
                .sendKeepAliveHeader(false)
                .addReceiveListener(new HeaderDeadline())
                .build();
    }

    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        TransportErrors errors = new TransportErrors();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, errors);
        }
        return handlers.build();
    }

    private void serve(ServerRequest request, ServerResponse response) {
        HttpExchange exchange =
                new HttpExchange(UUID.randomUUID(), request, response, watch, memory);
        try {
            handler.handle(exchange);
        } catch (ClientGoneException e) {
            LOG.debug("request {}: {}", exchange.requestId(), e.getMessage());
            throw new CloseConnectionException("the client is gone", e);
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("request {} failed beyond repair", exchange.requestId(), e);
            throw new CloseConnectionException("the request failed beyond repair", e);
        } finally {
            exchange.finish();
        }
    }

    @Override
    public synchronized void close() {
        for (WebServer listener : listeners) {
            listener.stop();
        }
        watch.close();
    }

    /** From a request's first line on, its headers have to be complete in time. */
    private final class HeaderDeadline implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            watch.begin(settings.limits().headerTimeout());
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (!watch.done()) {
                throw new CloseConnectionException("the headers took too long");
            }
        }
    }
}
