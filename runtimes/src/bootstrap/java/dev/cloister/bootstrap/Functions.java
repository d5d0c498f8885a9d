package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the handler that {@code _HANDLER} names. */
interface Functions {
    Function load(String handler) throws Throwable;

    /** From {@code LAMBDA_TASK_ROOT} and {@code /opt}. */
    static Functions standard() throws IOException {
        String task = Optional.ofNullable(System.getenv("LAMBDA_TASK_ROOT")).orElse("/var/task");
        return in(FunctionLoader.of(Path.of(task), Path.of("/opt")));
    }

    static Functions in(ClassLoader loader) {
        return handler -> {
            Thread.currentThread().setContextClassLoader(loader);
            return load(handler, loader);
        };
    }

    /** {@code package.Class::method}, or {@code package.Class} that is one of Lambda's handlers. */
    private static Function load(String handler, ClassLoader loader) throws Throwable {
        int colons = handler.indexOf("::");
        String className = colons < 0 ? handler : handler.substring(0, colons);
        String method = colons < 0 ? "handleRequest" : handler.substring(colons + 2);
        if (className.isEmpty() || method.isEmpty() || method.contains(":")) {
            throw new FunctionFault("Runtime.MalformedHandlerName", "Bad handler '" + handler + "'");
        }
        Class<?> type = find(className, loader);
        boolean isLambdas =
                RequestHandler.class.isAssignableFrom(type)
                        || RequestStreamHandler.class.isAssignableFrom(type);
        if (colons < 0 && !isLambdas) {
            throw new FunctionFault(
                    "Runtime.HandlerNotFound",
                    "Class "
                            + className
                            + " does not implement an appropriate handler interface"
                            + " (RequestHandler or RequestStreamHandler), and the handler names no"
                            + " method");
        }
        if (isLambdas && method.equals("handleRequest")) {
            return ofLambdasInterface(type, loader);
        }
        return PlainMethod.find(type, method, loader);
    }

    private static Class<?> find(String className, ClassLoader loader) throws FunctionFault {
        try {
            return Class.forName(className, true, loader);
        } catch (ClassNotFoundException e) {
            throw new FunctionFault(
                    "java.lang.ClassNotFoundException", "Class not found: " + className);
        } catch (NoClassDefFoundError e) {
            throw new FunctionFault(
                    "java.lang.NoClassDefFoundError",
                    "Error loading class " + className + ": " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    private static Function ofLambdasInterface(Class<?> type, ClassLoader loader) throws Throwable {
        Object instance = instance(type);
        if (instance instanceof RequestStreamHandler handler) {
            return handler::handleRequest;
        }
        RequestHandler<Object, Object> handler = (RequestHandler<Object, Object>) instance;
        Type[] types = TypeArguments.of(type, RequestHandler.class);
        Mapper in = Mapper.of(types[0], loader);
        Mapper out = Mapper.of(types[1], loader);
        return (event, response, context) ->
                out.write(handler.handleRequest(in.read(event), context), response);
    }

    static Object instance(Class<?> type) throws Throwable {
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new FunctionFault(
                    "java.lang.InstantiationException",
                    "Class " + type.getName() + " cannot be instantiated: it is abstract");
        }
        try {
            Constructor<?> constructor = type.getConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new FunctionFault(
                    "java.lang.NoSuchMethodException",
                    "Class " + type.getName() + " has no public zero-argument constructor");
        } catch (InvocationTargetException e) {
            throw Optional.ofNullable(e.getCause()).orElse(e);
        }
    }

    /** Reads and writes one type. */
    interface Mapper {
        Object read(InputStream event);

        void write(Object result, OutputStream response);

        static Mapper of(Type type, ClassLoader loader) {
            return new JsonMapper(type, loader);
        }
    }
}
