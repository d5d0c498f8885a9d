package dev.cloister.server.command;

import dev.cloister.server.AdministratorCredentials;
import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.DataLayout;
import dev.cloister.server.admin.AdminServer;
import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.settings.ServerSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the server, from its start to SIGTERM or Ctrl-C. Used once, by one thread. */
final class RunningServer {
    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    private final ServerSettings settings;
    private final DataFolder data;
    private final PrintStream out;
    private final CountDownLatch endWanted = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    RunningServer(ServerSettings settings, DataFolder data, PrintStream out) {
        this.settings = settings;
        this.data = data;
        this.out = out;
    }

    /** Returns when the server has ended and nothing of it is left. */
    void run(boolean showSample) throws IOException {
        DataLayout layout = data.layout();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, problem) -> LOG.error("Thread {} failed", thread.getName(), problem));
        data.removeRunFiles();
        data.writePrivately(layout.processId(), ProcessHandle.current().pid() + "\n");
        Thread hook = new Thread(this::endFromHook, "end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (Cloister cloister = Cloister.start(settings, data);
                AdminServer admin =
                        AdminServer.start(
                                layout.adminSocket(),
                                cloister,
                                cloister.accounts(),
                                cloister.commands())) {
            LOG.info("Serving at {}, instance {}", cloister.endpoint(), data.instance());
            announce(cloister, showSample);
            if (!System.getProperty("cloister.detached", "").isEmpty()) {
                ServerLog.leaveConsole();
            }
            endWanted.await();
            LOG.info("Ending");
        } catch (RuntimeException e) {
            // Here, because the log is closed by the time that anybody else learns of it.
            LOG.error("The server failed", e);
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            data.removeRunFiles();
            ended.countDown();
        }
    }

    private void announce(Cloister cloister, boolean showSample) {
        ClientProfile profile = profile(cloister, settings);
        data.writePrivately(data.layout().credentials(), profile.fileText());
        if (showSample) {
            try (ApiClient client = new ApiClient(profile)) {
                new FirstStart(client, settings.account().id(), out).show();
            }
        }
        new ReadyMessage(profile, settings, data.layout()).print(out);
        data.writePrivately(data.layout().ready(), profile.endpoint() + "\n");
    }

    /** What a client of this machine needs to call the server. */
    static ClientProfile profile(Cloister cloister, ServerSettings settings) {
        AdministratorCredentials administrator = cloister.administrator();
        return new ClientProfile(
                cloister.endpoint(),
                settings.account().region().value(),
                settings.account().id().value(),
                administrator.accessKeyId(),
                administrator.secretAccessKey());
    }

    /** The JVM ends when its hooks have returned, so this one waits for the end of {@link #run}. */
    private void endFromHook() {
        endWanted.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
