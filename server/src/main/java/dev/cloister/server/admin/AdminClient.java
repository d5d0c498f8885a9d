package dev.cloister.server.admin;

import dev.cloister.server.admin.AccountAdministration.AccountCredentials;
import dev.cloister.server.admin.AccountAdministration.AccountLine;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

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
        return ask(AdminRequest.STATUS, Optional.empty()).flatMap(AdminAnswer::status);
    }

    /** The server's accounts, or empty if none runs; throws as {@link #status} does. */
    public Optional<List<AccountLine>> accounts() throws IOException {
        return ask(AdminRequest.ACCOUNTS, Optional.empty()).flatMap(AdminAnswer::accounts);
    }

    /** Makes an account; empty if no server runs. */
    public Optional<AccountCredentials> createAccount(String name) throws IOException {
        return ask(AdminRequest.CREATE_ACCOUNT, Optional.of(name)).flatMap(AdminAnswer::account);
    }

    /**
     * What the clients of an account need; empty if no server runs.
     *
     * @throws IOException also if the server has no such account
     */
    public Optional<AccountCredentials> accountCredentials(String id) throws IOException {
        return ask(AdminRequest.ACCOUNT_CREDENTIALS, Optional.of(id)).flatMap(AdminAnswer::account);
    }

    /**
     * What an {@link AdminCommand} answers, or empty if no server runs.
     *
     * @throws IOException if one runs and doesn't answer, or refuses
     */
    public Optional<JsonNode> call(String command, Map<String, String> arguments)
            throws IOException {
        return ask(new AdminRequest(command, Optional.empty(), Optional.of(arguments)))
                .flatMap(AdminAnswer::result);
    }

    private Optional<AdminAnswer> ask(String command, Optional<String> argument)
            throws IOException {
        return ask(new AdminRequest(command, argument));
    }

    private Optional<AdminAnswer> ask(AdminRequest request) throws IOException {
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            lines.write(channel, request);
            AdminAnswer answer =
                    lines.read(channel, AdminRequest.MAXIMUM_ANSWER_BYTES, AdminAnswer.class);
            if (answer.error().isPresent()) {
                throw new AdminRefusalException(answer.error().get());
            }
            return Optional.of(answer);
        } catch (ConnectException leftByDeadServer) {
            return Optional.empty();
        } catch (SocketException e) {
            throw new IOException("Can't ask the server at " + socket + ": " + e.getMessage(), e);
        }
    }
}
