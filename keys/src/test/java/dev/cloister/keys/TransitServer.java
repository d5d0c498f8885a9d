package dev.cloister.keys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A transit service in Vault's protocol ("Transit secrets engine (API)"): what it sealed it keeps,
 * and hands out a name for it.
 */
final class TransitServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final Map<String, String> sealed = new ConcurrentHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final AtomicInteger version = new AtomicInteger(1);
    private volatile String token = "good";

    TransitServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/transit/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> calls() {
        return calls;
    }

    /** Rotates the transit key. */
    void rotate() {
        version.incrementAndGet();
    }

    void accept(String onlyToken) {
        token = onlyToken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        calls.add(path[3]);
        if (!token.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
            answer(exchange, 403, Map.of("errors", List.of("permission denied")));
            return;
        }
        if (!path[4].equals("cloister")) {
            answer(exchange, 400, Map.of("errors", List.of("encryption key not found")));
            return;
        }
        String ciphertext = body.path("ciphertext").asString("");
        switch (path[3]) {
            case "encrypt" -> answer(exchange, 200, sealed(body.path("plaintext").asString("")));
            case "rewrap" -> answer(exchange, 200, sealed(opened(ciphertext)));
            default ->
                    answer(exchange, 200, Map.of("data", Map.of("plaintext", opened(ciphertext))));
        }
    }

    private Map<String, ?> sealed(String plaintext) {
        String name =
                "vault:v%d:%s"
                        .formatted(
                                version.get(),
                                Base64.getEncoder()
                                        .encodeToString(
                                                ("sealed" + sealed.size())
                                                        .getBytes(StandardCharsets.US_ASCII)));
        sealed.put(name, plaintext);
        return Map.of("data", Map.of("ciphertext", name, "key_version", version.get()));
    }

    private String opened(String ciphertext) {
        return sealed.getOrDefault(ciphertext, "");
    }

    private static void answer(HttpExchange exchange, int status, Map<String, ?> body)
            throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
