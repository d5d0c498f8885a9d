package dev.cloister.worker.environment;

import dev.cloister.worker.sandbox.SandboxProcess.Exit;

/** How a process ended, in AWS's words (those of Go's os/exec and syscall packages). */
final class ExitText {
    private ExitText() {}

    static String of(Exit exit) {
        return switch (exit) {
            case Exit.Code(int status) ->
                    status == 0
                            ? "Runtime exited without providing a reason"
                            : "Runtime exited with error: exit status " + status;
            case Exit.Signal(int number) -> "Runtime exited with error: signal: " + signal(number);
        };
    }

    private static String signal(int number) {
        return switch (number) {
            case 1 -> "hangup";
            case 2 -> "interrupt";
            case 3 -> "quit";
            case 4 -> "illegal instruction";
            case 5 -> "trace/breakpoint trap";
            case 6 -> "aborted";
            case 7 -> "bus error";
            case 8 -> "floating point exception";
            case 9 -> "killed";
            case 10 -> "user defined signal 1";
            case 11 -> "segmentation fault";
            case 12 -> "user defined signal 2";
            case 13 -> "broken pipe";
            case 14 -> "alarm clock";
            case 15 -> "terminated";
            case 24 -> "CPU time limit exceeded";
            case 25 -> "file size limit exceeded";
            case 31 -> "bad system call";
            default -> "signal " + number;
        };
    }
}
