package dev.cloister.bootstrap;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/** The loop: next, handler, response. Ends only with the process. */
final class InvocationLoop {
    /** "Using AWS Lambda environment variables": Java 17 and later have the trace id here. */
    private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

    private static final int MAX_KEPT_BUFFER_BYTES = 1 << 20;

    private final RuntimeApi api;
    private final LogOutput log;
    private ResponseBuffer response = new ResponseBuffer();

    InvocationLoop(RuntimeApi api, LogOutput log) {
        this.api = api;
        this.log = log;
    }

    /** Gives its bytes without copying them. */
    private static final class ResponseBuffer extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    void run(Functions functions) throws IOException {
        log.install();
        Function function;
        try {
            function = functions.load(Main.required("_HANDLER"));
        } catch (FunctionFault e) {
            log.log(e.getMessage() + ": " + e.type());
            StringBuilder error = new StringBuilder("{\"errorMessage\":");
            Json.quote(error, e.getMessage());
            error.append(",\"errorType\":");
            Json.quote(error, e.type());
            error.append(",\"stackTrace\":[]}");
            failInit(e.type(), error.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return;
        } catch (Throwable e) {
            Throwable cause =
                    e instanceof ExceptionInInitializerError && e.getCause() != null
                            ? e.getCause()
                            : e;
            log.failure(cause);
            failInit(cause.getClass().getName(), Errors.json(cause));
            return;
        }
        while (true) {
            serve(function);
        }
    }

    private void failInit(String type, byte[] error) throws IOException {
        api.initError(type, error);
        System.exit(1);
    }

    void serve(Function function) throws IOException {
        RuntimeApi.Answer answer = api.next();
        Map<String, String> headers = answer.headers();
        String requestId = headers.getOrDefault("lambda-runtime-aws-request-id", "");
        log.invocation(requestId);
        String trace = headers.get("lambda-runtime-trace-id");
        if (trace == null || trace.isEmpty()) {
            System.clearProperty(TRACE_PROPERTY);
        } else {
            System.setProperty(TRACE_PROPERTY, trace);
        }
        response.reset();
        try {
            function.handle(
                    new ByteArrayInputStream(answer.body().bytes()),
                    response,
                    new InvocationContext(headers, System.getenv(), log));
        } catch (Throwable e) {
            log.failure(e);
            System.out.flush();
            api.invocationError(requestId, e.getClass().getName(), Errors.json(e));
            if (e instanceof VirtualMachineError) {
                // What has run out of memory or is broken can't serve another invocation.
                System.exit(1);
            }
            return;
        }
        System.out.flush();
        api.respond(requestId, response.bytes(), response.size());
        if (response.bytes().length > MAX_KEPT_BUFFER_BYTES) {
            response = new ResponseBuffer();
        }
    }
}
