package dev.cloister.api.http;

import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalLong;
import java.util.UUID;

/** A request and its reply. Confined to the connection's thread. */
public final class HttpExchange {
    private final UUID requestId;
    private final ServerRequest request;
    private final BodyReader body;
    private final HttpResponse response;

    HttpExchange(
            UUID requestId,
            ServerRequest request,
            ServerResponse response,
            ConnectionWatch watch,
            BodyMemory memory) {
        this.requestId = requestId;
        this.request = request;
        this.response = new HttpResponse(response, watch, isHead());
        this.response.header("x-amzn-RequestId", requestId.toString());
        this.body = new BodyReader(request, watch, memory);
    }

    public UUID requestId() {
        return requestId;
    }

    private boolean isHead() {
        return request.prologue().method().text().equals("HEAD");
    }

    /**
     * The request's head as received.
     *
     * @throws MalformedRequestException if it isn't well-formed
     */
    public RequestHead head() {
        RequestHeaders.Builder headers = new RequestHeaders.Builder();
        int hosts = 0;
        for (Header header : request.headers()) {
            String name = header.headerName().lowerCase();
            if (header.valueCount() == 1) {
                headers.add(name, header.get());
            } else {
                header.allValues().forEach(value -> headers.add(name, value));
            }
            if (header.headerName().equals(HeaderNames.HOST)) {
                hosts += header.valueCount();
            }
        }
        if (hosts != 1) {
            throw new MalformedRequestException("The request must have exactly one Host header");
        }
        String query = request.prologue().query().rawValue();
        return RequestHead.of(
                request.prologue().method().text(),
                request.prologue().uriPath().rawPath(),
                query == null ? "" : query,
                headers.build());
    }

    /** Whether the connection is encrypted. */
    public boolean isSecure() {
        return request.isSecure();
    }

    public InetAddress source() {
        return request.remotePeer().address() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    /**
     * Reads the whole body.
     *
     * @param max the most bytes that it may have
     * @throws BodyTooLargeException if it has more
     * @throws OverloadedException if there is no memory for it
     * @throws ClientGoneException if the client went away or took too long
     */
    public byte[] readBody(long max) {
        try {
            return body.read(max);
        } catch (BodyTooLargeException | OverloadedException | MalformedRequestException e) {
            if (!body.isConsumed()) {
                response.closeConnection();
            }
            throw e;
        }
    }

    /** The body's declared length; empty where it comes in chunks of HTTP's own. */
    public OptionalLong bodyLength() {
        return body.declared();
    }

    /**
     * Opens the body for reading without holding it in memory. A read throws {@link
     * ClientGoneException} if the client went away or took too long.
     *
     * @param max the most bytes that it may have
     * @throws BodyTooLargeException if it has more
     */
    public InputStream openBody(long max) {
        return body.stream(max);
    }

    /** Reads what is left of a body that nobody wants, or sees to it that the connection ends. */
    public void skipBody() {
        if (!body.skip()) {
            response.closeConnection();
        }
    }

    public RawResponse response() {
        return response;
    }

    /** Starts the reply anew; only while it is unanswered. */
    public void resetResponse() {
        response.reset(requestId.toString());
        if (!body.isConsumed()) {
            skipBody();
        }
    }

    /** Whether the reply's head may still be changed. */
    public boolean isUnanswered() {
        return response.isUnanswered();
    }

    /** Gives back what the exchange holds; called when it has been answered. */
    void finish() {
        body.close();
        response.finish();
    }
}
