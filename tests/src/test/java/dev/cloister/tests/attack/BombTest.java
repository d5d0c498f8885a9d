package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Functions that use up processes, memory, cpu and the log: each meets its own limit. */
final class BombTest extends BombSite {
    BombTest(Installation installation) {
        super(installation);
    }

    @Test
    void processes() {
        InvokeResponse response =
                hostile.attempt(
                        """
                        children, result = [], 'no limit'
                        while len(children) < 3000:
                            try:
                                pid = os.fork()
                            except OSError as e:
                                result = [100 <= len(children) <= 1024, errno.errorcode[e.errno]]
                                break
                            if pid == 0:
                                signal.pause(); os._exit(0)
                            children.append(pid)
                        for pid in children: os.kill(pid, signal.SIGKILL)
                        for pid in children: os.waitpid(pid, 0)
                        """);
        // The forks may use up 128 MB, or with 7% of a cpu the time, before the count is reached.
        assertThat(response.payload().asUtf8String())
                .containsAnyOf(
                        "[true, \"EAGAIN\"]",
                        "[true, \"ENOMEM\"]",
                        "Sandbox.Timedout",
                        "Runtime.ExitError",
                        "Runtime.OutOfMemory");
    }

    @Test
    void forksWithoutEnd() throws IOException {
        InvokeResponse response =
                hostile.attempt(
                        """
                        if os.fork() == 0:
                            while True:
                                try: os.fork()
                                except OSError: pass
                        time.sleep(2)
                        result = 'survived'
                        """);
        assertThat(response.statusCode()).isEqualTo(200);
        // Its children are there still, until its environment ends; nobody else is to notice.
        for (int i = 0; i < 10; i++) {
            theNeighborIsWell();
        }
        assertThat(hostile.attempt("os.kill(-1, signal.SIGKILL); result = 1").statusCode())
                .isEqualTo(200);
    }

    @Test
    void threads() {
        assertThat(
                        hostile.attempt(
                                        """
                                        started = 0
                                        threading.stack_size(32768)
                                        stop = threading.Event()
                                        try:
                                            while started < 3000:
                                                threading.Thread(target=stop.wait, daemon=True).start(); started += 1
                                            result = 'no limit'
                                        except (RuntimeError, MemoryError): result = started < 1024
                                        stop.set()
                                        """)
                                .payload()
                                .asUtf8String())
                .containsAnyOf("true", "Runtime.ExitError", "Runtime.OutOfMemory");
    }

    @Test
    void memory() {
        assertThat(
                        failure(
                                """
                                held = []
                                while True: held.append(bytearray(1048576))
                                """))
                .containsAnyOf("Runtime.OutOfMemory", "signal: killed");
    }

    @Test
    void logLines() throws Exception {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> flood =
                    other.submit(
                            () ->
                                    hostile.attempt(
                                            """
                                            end = time.time() + 4
                                            line, printed = 'x' * 1000, 0
                                            while time.time() < end: print(line); printed += 1
                                            result = printed > 100
                                            """));
            int asked = 0;
            while (!flood.isDone()) {
                theNeighborIsWell();
                asked++;
            }
            assertThat(asked).isGreaterThan(5);
            assertThat(flood.get().payload().asUtf8String()).isEqualTo("true");
        }
    }

    /** A line without end must not be collected anywhere. */
    @Test
    void oneEndlessLine() {
        assertThat(
                        hostile.run(
                                        """
                                        end, block, sent = time.time() + 3, b'y' * 65536, 0
                                        while time.time() < end: sent += os.write(1, block)
                                        os.write(1, b'\\n')
                                        result = sent > 1000000
                                        """)
                                .asBoolean())
                .isTrue();
    }

    @Test
    void cpu() throws Exception {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> burn =
                    other.submit(
                            () ->
                                    hostile.attempt(
                                            """
                                            children = []
                                            for _ in range(8):
                                                pid = os.fork()
                                                if pid == 0:
                                                    end = time.time() + 4
                                                    while time.time() < end: pass
                                                    os._exit(0)
                                                children.append(pid)
                                            start = time.time()
                                            for pid in children: os.waitpid(pid, 0)
                                            after = os.times()
                                            # 128 MB of 1,769 MB for a vCPU is 0.072, and a burst as much again.
                                            share = (after.children_user + after.children_system) / (time.time() - start)
                                            result = 0.2 if 0.02 < share < 0.2 else share
                                            """));
            int asked = 0;
            while (!burn.isDone()) {
                theNeighborIsWell();
                asked++;
            }
            assertThat(asked).isGreaterThan(5);
            assertThat(burn.get().payload().asUtf8String()).isEqualTo("0.2");
        }
    }
}
