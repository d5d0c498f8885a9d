package dev.cloister.server.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a running server. Thread-safe: each call is a connection of its own. */
public final class AdminClient {
    private final Path socket;
    private final JsonLines lines = new JsonLines();

    public AdminClient(Path socket) {
        this.socket = socket;
    }

    /**
     * The server's status, or empty if none runs.
     *
     * @throws IOException if one runs and doesn't answer
     */
    public Optional<Status> status() throws IOException {
        return ask(AdminRequest.STATUS).flatMap(AdminAnswer::status);
    }

    private Optional<AdminAnswer> ask(String command) throws IOException {
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            lines.write(channel, new AdminRequest(command));
            AdminAnswer answer =
                    lines.read(channel, AdminRequest.MAXIMUM_ANSWER_BYTES, AdminAnswer.class);
            if (answer.error().isPresent()) {
                throw new IOException("The server refused: " + answer.error().get());
            }
            return Optional.of(answer);
        } catch (ConnectException leftByDeadServer) {
            return Optional.empty();
        } catch (SocketException e) {
            throw new IOException("Can't ask the server at " + socket + ": " + e.getMessage(), e);
        }
    }
}
