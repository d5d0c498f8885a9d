package dev.cloister.bootstrap;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** Turns a prepared process into its function's: gives it the function's environment. */
final class Assignment {
    private static final String MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
    private static final String COMMAND = "/var/runtime/bootstrap";
    private static final String PREPARED = "CLOISTER_PREPARED";

    private Assignment() {}

    static void apply(Map<String, @Nullable Object> given, RuntimeApi api, CLibrary c)
            throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        given.forEach((name, value) -> environment.put(name, String.valueOf(value)));
        environment.remove(PREPARED);
        if (!environment.getOrDefault(MEMORY, "").equals(System.getenv(MEMORY))) {
            // The heap's limit can't change any more. A new start costs time but is right.
            api.close();
            c.execute(COMMAND, environment);
        }
        environment.forEach(c::setEnvironment);
        c.unsetEnvironment(PREPARED);
        replaceEnvironment(environment);
        String zone = environment.getOrDefault("TZ", "");
        if (!zone.isEmpty()) {
            TimeZone.setDefault(TimeZone.getTimeZone(zone.startsWith(":") ? zone.substring(1) : zone));
        }
    }

    /**
     * Makes System.getenv and ProcessBuilder.environment see the variables. The JDK reads the environment once
     * and keeps it in {@code java.lang.ProcessEnvironment}, which the manifest's Add-Opens lets
     * this class reach.
     */
    private static void replaceEnvironment(Map<String, String> environment) {
        try {
            Class<?> keeper = Class.forName("java.lang.ProcessEnvironment");
            Map<Object, Object> bytes = mapIn(field(keeper, "theEnvironment").get(null));
            Object unmodifiable = field(keeper, "theUnmodifiableEnvironment").get(null);
            // Collections.unmodifiableMap of a StringEnvironment, which writes through to "bytes".
            Object strings =
                    field(Class.forName("java.util.Collections$UnmodifiableMap"), "m")
                            .get(unmodifiable);
            bytes.clear();
            mapIn(strings).putAll(environment);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "This JDK keeps its environment in another way; start without CLOISTER_PREPARED",
                    e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> mapIn(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<Object, Object>) map;
        }
        throw new IllegalStateException("not a map: " + value);
    }

    private static Field field(Class<?> of, String name) throws NoSuchFieldException {
        Field field = of.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
