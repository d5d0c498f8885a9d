package dev.cloister.api.dispatch;

import dev.cloister.api.AnonymousRoute;
import dev.cloister.api.RawHandler.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Says that the endpoint answers, for load balancers and for {@code cloister up}. */
final class HealthRoute implements AnonymousRoute {
    @Override
    public boolean takes(String method, String rawPath) {
        return rawPath.equals("/_cloister/health")
                && (method.equals("GET") || method.equals("HEAD"));
    }

    @Override
    public void handle(AnonymousRequest request, RawResponse response) throws IOException {
        response.status(200)
                .header("Content-Type", "application/json")
                .send("{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8));
    }
}
