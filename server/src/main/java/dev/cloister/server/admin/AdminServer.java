package dev.cloister.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers status and commands on a Unix socket (mode 0600) to root and to the server's own user.
 *
 * <p>Closing stops listening, removes the socket and waits for the answers under way.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int CONNECTIONS = 16;

    /** A client that sends nothing for this long is dropped. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path socket;
    private final StatusSource source;
    private final Optional<AccountAdministration> accounts;
    private final Map<String, AdminCommand> commands;
    private final ServerSocketChannel listener;
    private final Duration patience;
    private final JsonLines lines = new JsonLines();
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String ownUser = System.getProperty("user.name", "");

    private AdminServer(
            Path socket,
            StatusSource source,
            Optional<AccountAdministration> accounts,
            Map<String, AdminCommand> commands,
            ServerSocketChannel listener,
            Duration patience) {
        this.socket = socket;
        this.source = source;
        this.accounts = accounts;
        this.commands = Map.copyOf(commands);
        this.listener = listener;
        this.patience = patience;
    }

    /** Listens at {@code socket}, in place of a dead server's. */
    public static AdminServer start(Path socket, StatusSource source) throws IOException {
        return start(socket, source, Optional.empty(), PATIENCE);
    }

    /** As {@link #start(Path, StatusSource)}, and tells and makes accounts too. */
    public static AdminServer start(
            Path socket, StatusSource source, AccountAdministration accounts) throws IOException {
        return start(socket, source, accounts, Map.of());
    }

    /** As before, with further commands by name. */
    public static AdminServer start(
            Path socket,
            StatusSource source,
            AccountAdministration accounts,
            Map<String, AdminCommand> commands)
            throws IOException {
        return start(socket, source, Optional.of(accounts), commands, PATIENCE);
    }

    static AdminServer start(
            Path socket,
            StatusSource source,
            Optional<AccountAdministration> accounts,
            Duration patience)
            throws IOException {
        return start(socket, source, accounts, Map.of(), patience);
    }

    private static AdminServer start(
            Path socket,
            StatusSource source,
            Optional<AccountAdministration> accounts,
            Map<String, AdminCommand> commands,
            Duration patience)
            throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        AdminServer server =
                new AdminServer(socket, source, accounts, commands, listener, patience);
        server.threads.execute(server::accept);
        return server;
    }

    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("Can't remove {}: {}", socket, e.toString());
        }
        threads.close();
    }

    private void accept() {
        try {
            while (true) {
                connections.acquire();
                SocketChannel channel = listener.accept();
                threads.execute(() -> serve(channel));
            }
        } catch (ClosedChannelException closing) {
            LOG.debug("The admin socket is closed");
        } catch (IOException e) {
            LOG.error("The admin socket {} failed; status and down no longer answer", socket, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel) {
        Thread watchdog = Thread.startVirtualThread(() -> closeAfterPatience(channel));
        try (channel) {
            answer(channel);
        } catch (IOException | JacksonException e) {
            LOG.info("An admin request failed: {}", e.toString());
        } finally {
            watchdog.interrupt();
            connections.release();
        }
    }

    private void answer(SocketChannel channel) throws IOException {
        // Read before refusing: a client whose request nobody reads sees a broken pipe, not the
        // reason.
        AdminRequest request =
                lines.read(channel, AdminRequest.MAXIMUM_REQUEST_BYTES, AdminRequest.class);
        String peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        if (!peer.equals("root") && !peer.equals(ownUser)) {
            lines.write(channel, AdminAnswer.refused("only root and " + ownUser + " may ask"));
            return;
        }
        lines.write(channel, answer(request));
    }

    private AdminAnswer answer(AdminRequest request) {
        return switch (request.command()) {
            case AdminRequest.STATUS -> AdminAnswer.of(source.status());
            case AdminRequest.ACCOUNTS,
                    AdminRequest.CREATE_ACCOUNT,
                    AdminRequest.ACCOUNT_CREDENTIALS ->
                    accounts.map(administration -> answer(request, administration))
                            .orElseGet(() -> unknown(request));
            default ->
                    Optional.ofNullable(commands.get(request.command()))
                            .map(command -> answer(request, command))
                            .orElseGet(() -> unknown(request));
        };
    }

    private static AdminAnswer answer(AdminRequest request, AdminCommand command) {
        try {
            return AdminAnswer.result(
                    JsonMapper.shared()
                            .valueToTree(command.answer(request.arguments().orElse(Map.of()))));
        } catch (AdminRefusedException e) {
            return AdminAnswer.refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("The admin command {} failed", request.command(), e);
            return AdminAnswer.refused("it failed: " + e.getMessage());
        }
    }

    private static AdminAnswer answer(AdminRequest request, AccountAdministration accounts) {
        String argument = request.argument().orElse("");
        return switch (request.command()) {
            case AdminRequest.ACCOUNTS -> AdminAnswer.of(accounts.accounts());
            case AdminRequest.CREATE_ACCOUNT -> created(accounts, argument);
            case AdminRequest.ACCOUNT_CREDENTIALS ->
                    accounts.credentials(argument)
                            .map(AdminAnswer::of)
                            .orElseGet(
                                    () -> AdminAnswer.refused("there is no account " + argument));
            default -> unknown(request);
        };
    }

    private static AdminAnswer created(AccountAdministration accounts, String name) {
        try {
            return AdminAnswer.of(accounts.create(name));
        } catch (IllegalArgumentException badName) {
            return AdminAnswer.refused(String.valueOf(badName.getMessage()));
        }
    }

    private static AdminAnswer unknown(AdminRequest request) {
        return AdminAnswer.refused("there is no command '" + request.command() + "'");
    }

    private void closeAfterPatience(SocketChannel channel) {
        try {
            Thread.sleep(patience);
            channel.close();
        } catch (InterruptedException answered) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("A silent admin connection could not be closed: {}", e.toString());
        }
    }
}
