package dev.cloister.server;

import dev.cloister.server.admin.Status;
import dev.cloister.server.admin.StatusSource;
import dev.cloister.server.settings.ServerSettings;

/**
 * The composition root: builds every part by its constructor, from top to bottom.
 *
 * <p>Closing stops every part in reverse order and returns when nothing of this installation is
 * left on the host: no process, mount, cgroup, namespace or socket.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Cloister implements StatusSource, AutoCloseable {
    private Cloister() {}

    /**
     * Starts the server; it answers requests when this returns.
     *
     * @param data stays the caller's, who closes it after this
     */
    public static Cloister start(ServerSettings settings, DataFolder data) {
        throw new IllegalStateException("the parts are not composed yet");
    }

    /**
     * Removes what a killed server of this installation left on the host: processes, cgroups,
     * mounts, namespaces, links, rules. Does nothing where there is none of it.
     */
    public static void removeLeftovers(ServerSettings settings, DataFolder data) {
        throw new IllegalStateException("the parts are not composed yet");
    }

    /** Where the API answers, for example {@code http://127.0.0.1:4566}. */
    public String endpoint() {
        throw new IllegalStateException("the parts are not composed yet");
    }

    /** The administrator of the account of the settings. */
    public AdministratorCredentials administrator() {
        throw new IllegalStateException("the parts are not composed yet");
    }

    @Override
    public Status status() {
        throw new IllegalStateException("the parts are not composed yet");
    }

    @Override
    public void close() {}
}
