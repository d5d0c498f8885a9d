package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handler that is any public method: {@code (event)}, {@code (event, Context)}, {@code
 * (Context)}, {@code ()}, {@code (InputStream, OutputStream)} or {@code (InputStream, OutputStream,
 * Context)}.
 */
final class PlainMethod {
    private PlainMethod() {}

    static Function find(Class<?> type, String name, ClassLoader loader) throws Throwable {
        Optional<Method> found =
                Arrays.stream(type.getMethods())
                        .filter(method -> method.getName().equals(name))
                        .filter(method -> !method.isBridge() && !method.isSynthetic())
                        .filter(PlainMethod::isUsable)
                        .max(PREFERENCE);
        if (found.isEmpty()) {
            throw new FunctionFault(
                    "java.lang.NoSuchMethodException",
                    "No public method named "
                            + name
                            + " with appropriate method signature found on class "
                            + type.getName());
        }
        Method method = found.get();
        method.setAccessible(true);
        Object instance =
                Modifier.isStatic(method.getModifiers()) ? null : Functions.instance(type);
        MethodHandle plain = MethodHandles.lookup().unreflect(method);
        return function(method, instance == null ? plain : plain.bindTo(instance), loader);
    }

    /** More parameters first, then the one with a context: as AWS chooses. */
    private static final Comparator<Method> PREFERENCE =
            Comparator.comparingInt(Method::getParameterCount)
                    .thenComparing(method -> takesContext(method.getParameterTypes()))
                    .thenComparing(PlainMethod::isStream);

    private static boolean isUsable(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return isStream(method)
                || types.length < 2
                || (types.length == 2 && types[1] == Context.class);
    }

    private static boolean isStream(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length >= 2
                && types.length <= 3
                && types[0] == InputStream.class
                && types[1] == OutputStream.class
                && (types.length == 2 || types[2] == Context.class);
    }

    private static boolean takesContext(Class<?>[] types) {
        return types.length > 0 && types[types.length - 1] == Context.class;
    }

    private static Function function(Method method, MethodHandle handle, ClassLoader loader) {
        Class<?>[] types = method.getParameterTypes();
        boolean takesContext = takesContext(types);
        MethodHandle spread = handle.asSpreader(Object[].class, types.length);
        if (isStream(method)) {
            return (event, response, context) ->
                    spread.invokeWithArguments(
                            (Object)
                                    (takesContext
                                            ? new Object[] {event, response, context}
                                            : new Object[] {event, response}));
        }
        boolean takesEvent = types.length > (takesContext ? 1 : 0);
        Functions.@Nullable Mapper in =
                takesEvent ? Functions.Mapper.of(method.getGenericParameterTypes()[0], loader) : null;
        Functions.@Nullable Mapper out =
                method.getReturnType() == void.class
                        ? null
                        : Functions.Mapper.of(method.getGenericReturnType(), loader);
        return (event, response, context) -> {
            Object result =
                    spread.invokeWithArguments((Object) arguments(in, takesContext, event, context));
            if (out != null) {
                out.write(result, response);
            }
        };
    }

    private static @Nullable Object[] arguments(
            Functions.@Nullable Mapper in, boolean takesContext, InputStream event, Context context) {
        if (in == null) {
            return takesContext ? new Object[] {context} : new Object[0];
        }
        Object value = in.read(event);
        return takesContext ? new Object[] {value, context} : new Object[] {value};
    }
}
