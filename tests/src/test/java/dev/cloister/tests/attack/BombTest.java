package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import tools.jackson.databind.json.JsonMapper;

/** Functions that use up what they can: each meets its own limit and nobody else notices. */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BombTest {
    private final LambdaClient lambda;
    private final TestFunction hostile;
    private final TestFunction neighbor;

    BombTest(Installation installation) {
        lambda = installation.lambda();
        hostile = HostileFunction.create(installation, lambda);
        neighbor = TestFunction.python(installation, lambda, "def handler(e, c): return 'well'");
        neighbor.call("{}");
    }

    @AfterEach
    void theNeighborIsWell() {
        assertThat(neighbor.call("{}")).isEqualTo("\"well\"");
    }

    @Test
    void processes() {
        String code =
                """
                children, result = 0, None
                while children < 5000:
                    try:
                        pid = os.fork()
                    except OSError as e:
                        result = [children <= 1024, errno.errorcode[e.errno]]
                        break
                    if pid == 0:
                        time.sleep(100); os._exit(0)
                    children += 1
                import signal
                os.kill(-1, signal.SIGKILL) if False else None
                """;
        InvokeResponse response = attempt(code);
        assertThat(response.payload().asUtf8String())
                .satisfiesAnyOf(
                        text -> assertThat(text).isEqualTo("[true, \"EAGAIN\"]"),
                        // 128 MB may be used up by the forks before the count is reached.
                        text -> assertThat(text).contains("Runtime.ExitError"));
    }

    @Test
    void forksWithoutEnd() {
        InvokeResponse response =
                attempt(
                        """
                        def bomb():
                            while True:
                                try: os.fork()
                                except OSError: pass
                        end = time.time() + 3
                        if os.fork() == 0:
                            bomb()
                        time.sleep(3)
                        result = "survived"
                        """);
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void disk() {
        InvokeResponse response =
                attempt(
                        """
                        written = 0
                        try:
                            with open('/tmp/fill', 'wb', buffering=0) as f:
                                block = b'x' * 1048576
                                while written < 2000:
                                    f.write(block); written += 1
                            result = ["no limit", written]
                        except OSError as e:
                            result = [errno.errorcode[e.errno], 400 <= written <= 512]
                        os.unlink('/tmp/fill')
                        """);
        assertThat(response.payload().asUtf8String()).isEqualTo("[\"ENOSPC\", true]");
    }

    @Test
    void fileDescriptors() {
        InvokeResponse response =
                attempt(
                        """
                        held = []
                        try:
                            while len(held) < 5000: held.append(os.open('/dev/null', os.O_RDONLY))
                            result = "no limit"
                        except OSError as e:
                            result = [errno.errorcode[e.errno], len(held) < 1024]
                        for fd in held: os.close(fd)
                        """);
        assertThat(response.payload().asUtf8String()).isEqualTo("[\"EMFILE\", true]");
    }

    @Test
    void logLines() throws Exception {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> flood =
                    other.submit(
                            () ->
                                    attempt(
                                            """
                                            end = time.time() + 5
                                            line = 'x' * 1000
                                            while time.time() < end: print(line)
                                            result = "printed"
                                            """));
            for (int i = 0; i < 20; i++) {
                theNeighborIsWell();
            }
            assertThat(flood.get().payload().asUtf8String()).isEqualTo("\"printed\"");
        }
    }

    @Test
    void cpu() throws Exception {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> burn =
                    other.submit(
                            () ->
                                    attempt(
                                            """
                                            for _ in range(8):
                                                if os.fork() == 0:
                                                    end = time.time() + 4
                                                    while time.time() < end: pass
                                                    os._exit(0)
                                            start, used = time.time(), os.times()
                                            for _ in range(8): os.wait()
                                            after = os.times()
                                            cpu = after.children_user + after.children_system
                                            # 128 MB of 1,769 MB a vCPU; a burst at the start is allowed.
                                            result = [cpu / (time.time() - start) < 0.3]
                                            """));
            for (int i = 0; i < 20; i++) {
                theNeighborIsWell();
            }
            assertThat(burn.get().payload().asUtf8String()).isEqualTo("[true]");
        }
    }

    @Test
    void memory() {
        InvokeResponse response =
                attempt(
                        """
                        held = []
                        while True: held.append(bytearray(1048576))
                        """);
        assertThat(response.payload().asUtf8String())
                .contains("Runtime.ExitError", "signal: killed");
    }

    private InvokeResponse attempt(String code) {
        return hostile.invoke(JsonMapper.shared().writeValueAsString(Map.of("code", code)));
    }
}
