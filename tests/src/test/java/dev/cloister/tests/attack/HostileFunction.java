package dev.cloister.tests.attack;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A function that runs whatever Python a test hands it and answers the value of {@code result}. */
final class HostileFunction {
    private static final String SOURCE =
            """
            import ctypes, errno, os, socket, struct, sys, time
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
                except (OSError, IndexError, ZeroDivisionError) as e:
                    return type(e).__name__

            def connect(host, port, timeout=2):
                with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as s:
                    s.settimeout(timeout)
                    try:
                        s.connect((host, port))
                        return "connected"
                    except OSError as e:
                        return type(e).__name__

            def handler(event, context):
                scope = dict(globals(), context=context)
                exec(event["code"], scope)
                return scope["result"]
            """;

    private HostileFunction() {}

    static TestFunction create(Installation installation, LambdaClient lambda) {
        return TestFunction.python(installation, lambda, SOURCE, r -> r.timeout(60));
    }
}
