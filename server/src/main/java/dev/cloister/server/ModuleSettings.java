package dev.cloister.server;

import dev.cloister.identity.federation.TokenVerifier;
import dev.cloister.invoke.InvokeSettings;
import dev.cloister.observe.LogSettings;
import dev.cloister.server.runtimes.RuntimeCare.OldVersions;
import dev.cloister.server.settings.EnvironmentSettings;
import dev.cloister.server.settings.IdentitySettings;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.worker.WorkerSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** Turns the configuration of the process into each module's own settings. */
public final class ModuleSettings {
    /** A new environment is started only while the host would keep this much memory. */
    private static final int MIN_FREE_MEGABYTES = 512;

    /** One group may use a quarter of what all may: a chatty function leaves room for others. */
    private static final int GROUP_SHARE = 4;

    private ModuleSettings() {}

    static InvokeSettings invoke(ServerSettings settings) {
        EnvironmentSettings environments = settings.environments();
        return new InvokeSettings(
                settings.invoke().concurrency(),
                environments.maximum(),
                environments.idleTimeout(),
                environments.maximumLease(),
                MIN_FREE_MEGABYTES);
    }

    /**
     * @param platform where the API listens on loopback: environments reach it there
     */
    static WorkerSettings worker(EnvironmentSettings environments, InetSocketAddress platform) {
        WorkerSettings defaults = WorkerSettings.defaults(platform);
        return new WorkerSettings(
                platform,
                environments.maximum(),
                environments.preparedPerRuntime(),
                defaults.preparedUnusedFor(),
                environments.freezeAfter(),
                defaults.initLimit(),
                defaults.shutdownGrace(),
                environments.maximumLease(),
                defaults.runtimeConnections(),
                defaults.platformConnections());
    }

    static TokenVerifier tokens(IdentitySettings identity, InstantSource clock) {
        return TokenVerifier.of(identity.issuers(), identity.issuerKeys(), clock);
    }

    static LogSettings logs(dev.cloister.server.settings.LogSettings logs) {
        LogSettings defaults = LogSettings.defaults();
        return defaults.withDisk(
                logs.maximumBytes(),
                Math.max(logs.maximumBytes() / GROUP_SHARE, defaults.segmentBytes()),
                defaults.segmentBytes());
    }

    /**
     * Where runtime images are: they hold nothing of a tenant's, so that installations may share
     * them by {@code CLOISTER_RUNTIMES}.
     */
    public static Path runtimes(DataLayout layout) {
        return Optional.ofNullable(System.getenv("CLOISTER_RUNTIMES"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .orElse(layout.runtimes());
    }

    /** Old versions in a folder that is shared may be in use by others. */
    static OldVersions oldRuntimes(DataLayout layout) {
        return runtimes(layout).equals(layout.runtimes()) ? OldVersions.REMOVED : OldVersions.KEPT;
    }
}
