package dev.cloister.worker.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The one door to native code: {@code syscall(2)} and, for {@link Spawn}, {@code posix_spawn(3)}.
 *
 * <p>SAFETY: {@code syscall} takes up to six register-sized arguments and reads none that the
 * kernel call does not take, so passing zeros for the rest is harmless. Whoever passes an address
 * keeps its segment alive over the call (every caller allocates it in an arena that is open until
 * the call has returned) and makes it as large as the kernel expects. errno is captured by the
 * linker before the JVM can change it.
 */
final class Libc {
    static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    @SuppressWarnings("restricted") // The SAFETY note above says why this is sound.
    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));

    private Libc() {}

    /** The result, or minus the error number. */
    static long raw(Syscall call, long... arguments) {
        long[] a = Arrays.copyOf(arguments, 6);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = arena.allocate(CAPTURE);
            long result =
                    (long)
                            SYSCALL.invokeExact(
                                    capture, call.number(), a[0], a[1], a[2], a[3], a[4], a[5]);
            return result == -1 ? -(int) ERRNO.get(capture, 0L) : result;
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("downcalls throw nothing checked", e);
        }
    }

    /** The result; {@code attempt} opens the message of the exception if there is none. */
    static long call(String attempt, Syscall call, long... arguments) {
        long result = raw(call, arguments);
        if (result < 0) {
            throw new LinuxException(attempt, (int) -result);
        }
        return result;
    }

    /** As {@link #call}, again after a signal. */
    static long retrying(String attempt, Syscall call, long... arguments) {
        long result;
        do {
            result = raw(call, arguments);
        } while (result == -Errno.EINTR);
        if (result < 0) {
            throw new LinuxException(attempt, (int) -result);
        }
        return result;
    }

    /** A function of the C library whose arguments are pointers, except {@code ints} at the end. */
    @SuppressWarnings("restricted") // The caller's SAFETY note says why its prototype is right.
    static MethodHandle function(String name, int pointers, int ints) {
        MemoryLayout[] arguments = new MemoryLayout[pointers + ints];
        Arrays.fill(arguments, 0, pointers, POINTER);
        Arrays.fill(arguments, pointers, pointers + ints, ValueLayout.JAVA_INT);
        return LINKER.downcallHandle(
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () ->
                                        new LinuxException(
                                                "The C library has no "
                                                        + name
                                                        + "; glibc 2.34 or later is needed")),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }
}
