package dev.cloister.server.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The whole configuration of one process: one record per feature. Immutable; made by {@link #load}
 * alone, so that every value has been checked.
 */
public record ServerSettings(
        EndpointSettings endpoint,
        AccountSettings account,
        IdentitySettings identity,
        EnvironmentSettings environments,
        RuntimeSettings runtimes,
        Optional<CodeStoreSettings> codeStore,
        InvokeSettings invoke,
        LogSettings logs,
        KeySettings keys,
        ProcessSettings process) {

    /** Every default, as with no file and no flag. */
    public static ServerSettings defaults() {
        return SettingsParser.parse(Map.of());
    }

    /**
     * Reads {@code file} if it exists; {@code flags} win over it, and it wins over {@code
     * remembered}.
     *
     * @param flags text by key, for example {@code endpoint.port} to {@code 4577}
     * @param remembered what an earlier start settled, such as the account
     * @throws SettingsException with every problem found, each with its line or flag
     */
    public static ServerSettings load(
            Path file, Map<Setting, String> remembered, Map<String, String> flags) {
        return SettingsParser.parse(
                SettingsFile.read(file).orElse(remembered).overriddenBy(flags).entries());
    }
}
