package dev.cloister.bootstrap;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * setenv(3), unsetenv(3) and execve(2), which a prepared process needs to become its function's.
 *
 * <p>Called by reflection, because {@code java.lang.foreign} is a preview in Java 21, for which
 * this is compiled, and final from 22. Pointers are passed as longs, which every 64-bit Linux ABI
 * passes alike. Memory is never freed: the C library or the kernel may keep it.
 */
final class CLibrary {
    private static final int POINTER_BYTES = 8;

    private final Object linker;
    private final Object lookup;
    private final Object arena;
    private final Method allocate;
    private final Method asByteBuffer;
    private final Method address;
    private final List<Object> kept = new ArrayList<>();
    private final MethodHandle setenv;
    private final MethodHandle unsetenv;
    private final MethodHandle execve;

    /** Takes tens of milliseconds the first time: to be made before the function is known. */
    CLibrary() {
        try {
            linker = type("Linker").getMethod("nativeLinker").invoke(null);
            lookup = type("Linker").getMethod("defaultLookup").invoke(linker);
            arena = type("Arena").getMethod("global").invoke(null);
            allocate = type("Arena").getMethod("allocate", long.class, long.class);
            asByteBuffer = type("MemorySegment").getMethod("asByteBuffer");
            address = type("MemorySegment").getMethod("address");
            setenv = function("setenv", "JAVA_LONG", "JAVA_LONG", "JAVA_INT");
            unsetenv = function("unsetenv", "JAVA_LONG");
            execve = function("execve", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG");
            // The first call of a handle is the slow one.
            setEnvironment("CLOISTER_PREPARED", "1");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java can't call the C library", e);
        }
    }

    /** Only while no other thread reads the environment: before the function's code is loaded. */
    void setEnvironment(String name, String value) {
        try {
            // SAFETY: two C strings, alive for as long as the process, and the flag to overwrite.
            check("setenv", (int) setenv.invokeExact(string(name), string(value), 1));
        } catch (Throwable e) {
            throw failure("set the variable " + name, e);
        }
    }

    void unsetEnvironment(String name) {
        try {
            // SAFETY: a C string.
            check("unsetenv", (int) unsetenv.invokeExact(string(name)));
        } catch (Throwable e) {
            throw failure("remove the variable " + name, e);
        }
    }

    /** Replaces this process; never returns normally. */
    void execute(String program, Map<String, String> environment) {
        List<String> variables =
                environment.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList();
        try {
            // SAFETY: a C string and two arrays of pointers to C strings, each ended by a null.
            check(
                    "execve",
                    (int)
                            execve.invokeExact(
                                    string(program), array(List.of(program)), array(variables)));
        } catch (Throwable e) {
            throw failure("execute " + program, e);
        }
        throw new IllegalStateException("execve returned");
    }

    private static void check(String call, int result) {
        if (result != 0) {
            throw new IllegalStateException(call + " gave " + result);
        }
    }

    private static IllegalStateException failure(String what, Throwable cause) {
        return new IllegalStateException("Can't " + what, cause);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    private MethodHandle function(String name, String... parameters)
            throws ReflectiveOperationException {
        Optional<?> symbol =
                (Optional<?>)
                        type("SymbolLookup").getMethod("find", String.class).invoke(lookup, name);
        Object layouts = Array.newInstance(type("MemoryLayout"), parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            Array.set(layouts, i, layout(parameters[i]));
        }
        Object descriptor =
                type("FunctionDescriptor")
                        .getMethod("of", type("MemoryLayout"), layouts.getClass())
                        .invoke(null, layout("JAVA_INT"), layouts);
        Object options = Array.newInstance(type("Linker$Option"), 0);
        return (MethodHandle)
                type("Linker")
                        .getMethod(
                                "downcallHandle",
                                type("MemorySegment"),
                                type("FunctionDescriptor"),
                                options.getClass())
                        .invoke(linker, symbol.orElseThrow(), descriptor, options);
    }

    private static Object layout(String name) throws ReflectiveOperationException {
        return type("ValueLayout").getField(name).get(null);
    }

    private long string(String text) throws ReflectiveOperationException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return memory(Arrays.copyOf(bytes, bytes.length + 1));
    }

    private long array(List<String> texts) throws ReflectiveOperationException {
        ByteBuffer pointers =
                ByteBuffer.allocate((texts.size() + 1) * POINTER_BYTES)
                        .order(ByteOrder.nativeOrder());
        for (String text : texts) {
            pointers.putLong(string(text));
        }
        return memory(pointers.array());
    }

    private long memory(byte[] content) throws ReflectiveOperationException {
        Object segment = allocate.invoke(arena, (long) content.length, (long) POINTER_BYTES);
        kept.add(segment);
        ((ByteBuffer) asByteBuffer.invoke(segment)).put(content);
        return (long) address.invoke(segment);
    }
}
