package dev.cloister.bootstrap;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces this process by a new start of the runtime with another environment: execve(2).
 *
 * <p>By reflection, because {@code java.lang.foreign} is a preview in Java 21, for which this is
 * compiled, and final from 22.
 */
final class Restart {
    private static final String COMMAND = "/var/runtime/bootstrap";
    private static final int POINTER_BYTES = 8;

    /** Keeps memory that the kernel is to read reachable. */
    private final List<Object> kept = new ArrayList<>();

    private final Object arena;
    private final Method allocate;
    private final Method asByteBuffer;
    private final Method address;

    private Restart() throws ReflectiveOperationException {
        Class<?> arenas = Class.forName("java.lang.foreign.Arena");
        Class<?> segments = Class.forName("java.lang.foreign.MemorySegment");
        arena = arenas.getMethod("global").invoke(null);
        allocate = arenas.getMethod("allocate", long.class, long.class);
        asByteBuffer = segments.getMethod("asByteBuffer");
        address = segments.getMethod("address");
    }

    /** Never returns normally. */
    static void now(Map<String, String> environment) {
        try {
            List<String> variables =
                    environment.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .toList();
            Restart restart = new Restart();
            // SAFETY: execve takes a C string and two arrays of pointers to C strings, each ended
            // by a null pointer; strings() and array() make just those, in memory never freed.
            int result =
                    (int)
                            restart.execve()
                                    .invokeExact(
                                            restart.string(COMMAND),
                                            restart.array(List.of(COMMAND)),
                                            restart.array(variables));
            throw new IllegalStateException("execve of " + COMMAND + " gave " + result);
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "This process was prepared for another memory size and can't start anew", e);
        }
    }

    private MethodHandle execve() throws ReflectiveOperationException {
        Class<?> linkers = Class.forName("java.lang.foreign.Linker");
        Class<?> descriptors = Class.forName("java.lang.foreign.FunctionDescriptor");
        Class<?> layouts = Class.forName("java.lang.foreign.MemoryLayout");
        Class<?> values = Class.forName("java.lang.foreign.ValueLayout");
        Class<?> options = Class.forName("java.lang.foreign.Linker$Option");
        Class<?> segments = Class.forName("java.lang.foreign.MemorySegment");
        Object linker = linkers.getMethod("nativeLinker").invoke(null);
        Object lookup = linkers.getMethod("defaultLookup").invoke(linker);
        Optional<?> found =
                (Optional<?>)
                        Class.forName("java.lang.foreign.SymbolLookup")
                                .getMethod("find", String.class)
                                .invoke(lookup, "execve");
        Object pointer = values.getField("JAVA_LONG").get(null);
        Object pointers = Array.newInstance(layouts, 3);
        for (int i = 0; i < 3; i++) {
            Array.set(pointers, i, pointer);
        }
        Object descriptor =
                descriptors
                        .getMethod("of", layouts, pointers.getClass())
                        .invoke(null, values.getField("JAVA_INT").get(null), pointers);
        Object none = Array.newInstance(options, 0);
        return (MethodHandle)
                linkers.getMethod("downcallHandle", segments, descriptors, none.getClass())
                        .invoke(linker, found.orElseThrow(), descriptor, none);
    }

    private long string(String text) throws ReflectiveOperationException {
        byte[] bytes = Assignment.terminated(text);
        Object segment = allocate.invoke(arena, (long) bytes.length, 1L);
        kept.add(segment);
        ((ByteBuffer) asByteBuffer.invoke(segment)).put(bytes);
        return (long) address.invoke(segment);
    }

    private long array(List<String> texts) throws ReflectiveOperationException {
        long size = (texts.size() + 1L) * POINTER_BYTES;
        Object segment = allocate.invoke(arena, size, (long) POINTER_BYTES);
        kept.add(segment);
        ByteBuffer buffer =
                ((ByteBuffer) asByteBuffer.invoke(segment)).order(ByteOrder.nativeOrder());
        for (String text : texts) {
            buffer.putLong(string(text));
        }
        buffer.putLong(0);
        return (long) address.invoke(segment);
    }
}
