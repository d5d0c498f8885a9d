package dev.cloister.worker.sandbox;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentSpec.Egress;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;

/**
 * The walls around one execution environment. Calls are made by the one thread that owns the
 * environment, except {@link #close}, which any thread may call at any time.
 *
 * <p>After death: once closed, {@link #close} does nothing more, {@link #memory} answers the last
 * reading, and every other call throws {@link SandboxException}. A call that fails leaves the
 * sandbox in a state in which it can be closed.
 */
public interface Sandbox extends AutoCloseable {

    /** Unique on this host while it exists; letters, digits and dashes. */
    String id();

    /** Listens inside the network namespace at 169.254.100.1:9001: the Runtime API's address. */
    ServerSocketChannel runtimeApi();

    /** Listens inside the network namespace at 127.0.0.1:4566: the platform's API. */
    ServerSocketChannel platformApi();

    /**
     * Mounts a version's code read-only at {@code /var/task}, before or after a process was
     * started; once in a sandbox's life.
     *
     * @throws IOException if the image does not verify
     */
    void mountCode(CodeImage code) throws IOException;

    /**
     * Mounts a version's merged layers read-only at {@code /opt}, once in a sandbox's life: before
     * a process is started, or while one runs that was started before the code was mounted.
     *
     * @throws IOException if the image does not verify
     */
    void mountLayers(CodeImage layers) throws IOException;

    /**
     * Sets the limits of memory and cpu, also while a process runs; a sandbox starts with those of
     * 128 MB.
     */
    void limit(Limits limits);

    /** Opens the network as far as {@code egress} says; a sandbox starts with none. */
    void open(Egress egress);

    /**
     * Starts the main process; at most one runs at a time. A sandbox whose process has ended may
     * start another: {@code /tmp} and the network are kept, everything else is new.
     */
    SandboxProcess start(Command command);

    /** Stops every process at its next instruction; returns when they have stopped. */
    void freeze();

    void thaw();

    MemoryReading memory();

    /**
     * Kills every process and removes everything; destroys the key of {@code /tmp}. Returns when
     * nothing is left.
     */
    @Override
    void close();

    /**
     * What to run.
     *
     * @param arguments absolute path first
     * @param environment complete; values are secrets, kept in memory only
     * @param workingDirectory for example {@code /var/task}
     */
    record Command(
            List<String> arguments, Map<String, String> environment, String workingDirectory) {
        public Command {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        /** Without the environment's values. */
        @Override
        public String toString() {
            return "Command" + arguments;
        }
    }

    /**
     * @param memoryMegabytes 128 to 10,240
     * @param cpu how much of it
     */
    record Limits(int memoryMegabytes, Cpu cpu) {
        /** What invocations get: cpu in proportion to memory. */
        public Limits(int memoryMegabytes) {
            this(memoryMegabytes, Cpu.IN_PROPORTION);
        }

        /** What the init phase gets: at least one vCPU, as in AWS. */
        public Limits whileInitializing() {
            return new Limits(memoryMegabytes, Cpu.AT_LEAST_ONE);
        }
    }

    /** How cpu follows from memory. */
    enum Cpu {
        /** 1,769 MB are one vCPU (Lambda Developer Guide, "Configuring memory"). */
        IN_PROPORTION,
        /** The same, but one vCPU at least. */
        AT_LEAST_ONE
    }

    /**
     * @param peakBytes the high-water mark since the sandbox was made
     * @param outOfMemoryKills how many processes the kernel has killed for want of memory
     */
    record MemoryReading(long currentBytes, long peakBytes, long outOfMemoryKills) {}
}
