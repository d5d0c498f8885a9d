package dev.cloister.tests.attack;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A function that runs whatever Python a test hands it and answers the value of {@code result}. */
final class HostileFunction implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String SOURCE =
            """
            import ctypes, errno, json, os, signal, socket, struct, sys, threading, time
            libc = ctypes.CDLL(None, use_errno=True)

            def call(number, *arguments):
                ctypes.set_errno(0)
                converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
                result = libc.syscall(ctypes.c_long(number), *converted)
                if result != -1:
                    return "allowed"
                return errno.errorcode[ctypes.get_errno()]

            def refused(attempt):
                try:
                    attempt()
                    return "allowed"
                except OSError as e:
                    return errno.errorcode.get(e.errno, type(e).__name__)

            def content(path):
                with open(path, "rb") as f:
                    if not f.read(1):
                        raise OSError(errno.ENODATA, "empty")

            def place(host, port):
                link = host.startswith(("fe80", "ff02"))
                host = host.split("%")[0]
                return (host, port, 0, socket.if_nametoindex("eth0")) if link else (host, port)

            def connect(host, port, timeout=1):
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as s:
                    s.settimeout(timeout)
                    try:
                        s.connect(place(host, port))
                        return "connected"
                    except socket.timeout:
                        return "ETIMEDOUT"
                    except OSError as e:
                        return errno.errorcode.get(e.errno, type(e).__name__)

            def datagram(host, port):
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as s:
                    return refused(lambda: s.sendto(b"attack", place(host, port)))

            def own_address():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    s.connect(("192.31.196.10", 9))  # sends nothing
                    return s.getsockname()[0]

            def raw(data, port=9001, host="169.254.100.1", timeout=3):
                with socket.create_connection((host, port), timeout) as s:
                    s.settimeout(timeout)
                    s.sendall(data)
                    answer = b""
                    try:
                        while b"\\r\\n\\r\\n" not in answer:
                            part = s.recv(65536)
                            if not part:
                                break
                            answer += part
                    except OSError as e:
                        if not answer:
                            return type(e).__name__
                    return answer.decode("latin-1")

            def handler(event, context):
                scope = dict(globals(), context=context)
                exec(event["code"], scope)
                return scope["result"]
            """;

    private final TestFunction function;

    HostileFunction(Installation installation, LambdaClient lambda) {
        this(installation, lambda, Map.of());
    }

    HostileFunction(Installation installation, LambdaClient lambda, Map<String, String> variables) {
        this(installation, lambda, variables, 60);
    }

    HostileFunction(
            Installation installation,
            LambdaClient lambda,
            Map<String, String> variables,
            int seconds) {
        this.function =
                TestFunction.python(
                        installation,
                        lambda,
                        SOURCE,
                        r -> r.timeout(seconds).environment(e -> e.variables(variables)));
    }

    /** Runs code that must end well; what {@code result} was. */
    JsonNode run(String code) {
        return JSON.readTree(function.call(event(code)));
    }

    /** Runs code that may end anyhow. */
    InvokeResponse attempt(String code) {
        return function.invoke(event(code));
    }

    private static String event(String code) {
        return JSON.writeValueAsString(Map.of("code", code));
    }

    String name() {
        return function.name();
    }

    @Override
    public void close() {
        function.close();
    }
}
