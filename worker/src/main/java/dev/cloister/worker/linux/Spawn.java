package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/**
 * Starts a program by posix_spawn(3), on the calling thread's namespaces.
 *
 * <p>Used where {@link ProcessBuilder} can't be: it forks on a thread of its own choice through a
 * helper program. The new process has three descriptors, no blocked or ignored signals, and nothing
 * of this process's environment but what it is given.
 */
public final class Spawn {
    private static final MethodHandle SPAWN = Libc.function("posix_spawn", 6, 0);
    private static final MethodHandle ACTIONS_INIT =
            Libc.function("posix_spawn_file_actions_init", 1, 0);
    private static final MethodHandle ACTIONS_DESTROY =
            Libc.function("posix_spawn_file_actions_destroy", 1, 0);
    private static final MethodHandle ADD_DUP2 =
            Libc.function("posix_spawn_file_actions_adddup2", 1, 2);
    private static final MethodHandle ADD_CLOSE_FROM =
            Libc.function("posix_spawn_file_actions_addclosefrom_np", 1, 1);
    private static final MethodHandle ATTRIBUTES_INIT = Libc.function("posix_spawnattr_init", 1, 0);
    private static final MethodHandle ATTRIBUTES_DESTROY =
            Libc.function("posix_spawnattr_destroy", 1, 0);
    private static final MethodHandle SET_MASK = Libc.function("posix_spawnattr_setsigmask", 2, 0);
    private static final MethodHandle SET_DEFAULT =
            Libc.function("posix_spawnattr_setsigdefault", 2, 0);
    private static final MethodHandle SET_FLAGS = Libc.function("posix_spawnattr_setflags", 1, 1);
    private static final int SETSIGDEF_AND_SETSIGMASK = 0x04 | 0x08;

    /** glibc: posix_spawn_file_actions_t is 80 bytes, posix_spawnattr_t 336, sigset_t 128. */
    private static final long ROOM = 512;

    private Spawn() {}

    /**
     * Starts {@code arguments}, whose first is an absolute path.
     *
     * @param input descriptor 0 of the new process; {@code output} 1; {@code error} 2
     * @return its pidfd and number; the caller reaps it
     */
    public static Child start(
            List<String> arguments,
            Map<String, String> environment,
            Fd input,
            Fd output,
            Fd error) {
        // SAFETY: every structure is larger than glibc's and lives until the arena closes, after
        // posix_spawn has returned; it returns after the child's exec (CLONE_VFORK), so that the
        // child no longer looks at our memory. The handles' types match the C prototypes.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(ROOM, 16);
            MemorySegment attributes = arena.allocate(ROOM, 16);
            MemorySegment noSignals = arena.allocate(128, 8);
            MemorySegment allSignals = arena.allocate(128, 8).fill((byte) 0xff);
            check(arguments, (int) ACTIONS_INIT.invokeExact(actions));
            check(arguments, (int) ATTRIBUTES_INIT.invokeExact(attributes));
            try {
                check(arguments, (int) ADD_DUP2.invokeExact(actions, input.number(), 0));
                check(arguments, (int) ADD_DUP2.invokeExact(actions, output.number(), 1));
                check(arguments, (int) ADD_DUP2.invokeExact(actions, error.number(), 2));
                // The JVM's sockets are not close-on-exec: none of them may reach a sandbox.
                check(arguments, (int) ADD_CLOSE_FROM.invokeExact(actions, 3));
                check(arguments, (int) SET_MASK.invokeExact(attributes, noSignals));
                check(arguments, (int) SET_DEFAULT.invokeExact(attributes, allSignals));
                check(arguments, (int) SET_FLAGS.invokeExact(attributes, SETSIGDEF_AND_SETSIGMASK));
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment path = arena.allocateFrom(arguments.getFirst());
                MemorySegment argv = strings(arena, arguments);
                MemorySegment envp =
                        strings(
                                arena,
                                environment.entrySet().stream()
                                        .map(e -> e.getKey() + "=" + e.getValue())
                                        .toList());
                check(
                        arguments,
                        (int) SPAWN.invokeExact(pid, path, actions, attributes, argv, envp));
                int number = pid.get(ValueLayout.JAVA_INT, 0);
                return new Child(number, Processes.open(number));
            } finally {
                check(arguments, (int) ACTIONS_DESTROY.invokeExact(actions));
                check(arguments, (int) ATTRIBUTES_DESTROY.invokeExact(attributes));
            }
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("downcalls throw nothing checked", e);
        }
    }

    /**
     * A started program.
     *
     * @param pid valid until it has been reaped
     * @param handle its pidfd
     */
    public record Child(int pid, Fd handle) {}

    private static void check(List<String> arguments, int error) {
        if (error != 0) {
            throw new LinuxException("Start " + arguments.getFirst(), error);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            pointers.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return pointers;
    }
}
