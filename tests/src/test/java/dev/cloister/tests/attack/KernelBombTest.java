package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Functions that use up what the kernel keeps for them: buffers, files, descriptors, disk. */
final class KernelBombTest extends BombSite {
    KernelBombTest(Installation installation) {
        super(installation);
    }

    /** The kernel keeps what was sent and not yet received: that is the function's memory too. */
    @Test
    void socketBuffers() throws Exception {
        long before = tcpBytes();
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> bomb =
                    other.submit(
                            () ->
                                    hostile.attempt(
                                                    """
                                                    listener = socket.create_server(('127.0.0.1', 0), backlog=64)
                                                    held, sent, block = [], 0, b'x' * 1048576
                                                    try:
                                                        for _ in range(300):
                                                            a = socket.create_connection(listener.getsockname())
                                                            b, _ = listener.accept()
                                                            held += [a, b]
                                                            for s in (a, b):
                                                                s.setblocking(False)
                                                                s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 26)
                                                                try:
                                                                    while True: sent += s.send(block)
                                                                except BlockingIOError: pass
                                                    except OSError: pass
                                                    time.sleep(2)
                                                    result = sent >> 20
                                                    """)
                                            .payload()
                                            .asUtf8String());
            long most = 0;
            while (!bomb.isDone()) {
                most = Math.max(most, tcpBytes() - before);
                theNeighborIsWell();
            }
            assertThat(most)
                    .as("bytes that the host's TCP held; the function says %s MiB", bomb.get())
                    .isBetween(1L << 20, 160L << 20);
        }
    }

    private static long tcpBytes() throws IOException {
        String[] words = Files.readString(Path.of("/proc/net/sockstat")).split("\\s+", -1);
        int tcp = Arrays.asList(words).indexOf("TCP:");
        assertThat(words[tcp + 9]).isEqualTo("mem");
        return Long.parseLong(words[tcp + 10]) * 4096;
    }

    @Test
    void pipeBuffers() {
        assertThat(
                        hostile.attempt(
                                        """
                                        held, total = [], 0
                                        try:
                                            while True:
                                                r, w = os.pipe(); held += [r, w]
                                                os.set_blocking(w, False)
                                                try:
                                                    import fcntl
                                                    fcntl.fcntl(w, 1031, 1048576)
                                                except OSError: pass
                                                try:
                                                    while True: total += os.write(w, b'x' * 65536)
                                                except BlockingIOError: pass
                                        except OSError as e: result = [errno.errorcode[e.errno], total < 200000000]
                                        for fd in held: os.close(fd)
                                        """)
                                .payload()
                                .asUtf8String())
                .containsAnyOf("[\"EMFILE\", true]", "signal: killed", "Runtime.OutOfMemory");
    }

    /** Asynchronous I/O contexts are the whole host's, 65,536 by default: none for functions. */
    @Test
    void asynchronousInputAndOutput() throws IOException {
        long before = Long.parseLong(Files.readString(Path.of("/proc/sys/fs/aio-nr")).strip());
        String code =
                """
                context, made = ctypes.c_ulong(0), 0
                while made < 600 and libc.syscall(206, 100, ctypes.byref(context)) == 0:
                    made += 1; context = ctypes.c_ulong(0)
                with open('/proc/sys/fs/aio-nr') as f: result = int(f.read())
                """;
        assertThat(hostile.run(code).asLong()).isLessThanOrEqualTo(before + 1000);
    }

    /** Memory that no process has mapped is counted too. */
    @Test
    void memoryOfFilesWithoutName() {
        assertThat(
                        failure(
                                """
                                fd, block = os.memfd_create('bomb'), b'x' * 1048576
                                for _ in range(400): os.write(fd, block)
                                result = 'no limit'
                                """))
                .containsAnyOf("Runtime.OutOfMemory", "signal: killed", "ENOMEM");
    }

    @Test
    void disk() {
        InvokeResponse response =
                hostile.attempt(
                        """
                        written = 0
                        try:
                            with open('/tmp/fill', 'wb', buffering=0) as f:
                                block = b'x' * 1048576
                                while written < 2000:
                                    f.write(block); written += 1
                            result = ['no limit', written]
                        except OSError as e:
                            result = [errno.errorcode[e.errno], 400 <= written <= 512]
                        os.unlink('/tmp/fill')
                        """);
        assertThat(response.payload().asUtf8String()).isEqualTo("[\"ENOSPC\", true]");
    }

    @Test
    void files() {
        InvokeResponse response =
                hostile.attempt(
                        """
                        os.makedirs('/tmp/many')
                        made = 0
                        try:
                            while made < 2000000:
                                os.close(os.open('/tmp/many/%d' % made, os.O_CREAT | os.O_WRONLY)); made += 1
                            result = ['no limit', made]
                        except OSError as e:
                            result = errno.errorcode[e.errno]
                        import shutil
                        shutil.rmtree('/tmp/many')
                        """);
        assertThat(response.payload().asUtf8String())
                .containsAnyOf("\"ENOSPC\"", "\"EDQUOT\"", "timed out");
    }

    @Test
    void fileDescriptors() {
        InvokeResponse response =
                hostile.attempt(
                        """
                        held = []
                        try:
                            while len(held) < 5000: held.append(os.open('/dev/null', os.O_RDONLY))
                            result = 'no limit'
                        except OSError as e:
                            result = [errno.errorcode[e.errno], len(held) < 1024]
                        for fd in held: os.close(fd)
                        import resource
                        try:
                            resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
                            result = 'raised'
                        except (OSError, ValueError): pass
                        """);
        assertThat(response.payload().asUtf8String()).isEqualTo("[\"EMFILE\", true]");
    }
}
