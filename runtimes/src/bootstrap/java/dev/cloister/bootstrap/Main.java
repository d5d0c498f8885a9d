package dev.cloister.bootstrap;

import java.io.IOException;
import java.util.Map;

/** Starts the runtime. */
public final class Main {
    private static final String REHEARSE = "--rehearse";

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 1 && arguments[0].equals(REHEARSE)) {
            Rehearsal.run();
            new CLibrary().unsetEnvironment("CLOISTER_PREPARED");
            return;
        }
        String address = required("AWS_LAMBDA_RUNTIME_API");
        RuntimeApi api = new RuntimeApi(new SocketConnector(address), address);
        if ("1".equals(System.getenv("CLOISTER_PREPARED"))) {
            Rehearsal.run();
            CLibrary c = new CLibrary();
            Assignment.apply(Json.object(Json.object(api.assignment()).get("environment")), api, c);
        }
        new InvocationLoop(api, LogOutput.fromEnvironment(System.getenv())).run(Functions.standard());
    }

    static String required(String variable) {
        Map<String, String> environment = System.getenv();
        String value = environment.get(variable);
        if (value == null) {
            throw new IllegalStateException("The environment has no " + variable);
        }
        return value;
    }
}
