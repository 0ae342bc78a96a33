package io.carrel.netns;

import io.carrel.linux.Printable;

/**
 * A process that tried to get out. Immutable.
 *
 * @param pid as this JVM sees it
 * @param program its name as the kernel has it, at most 15 bytes; a process may give itself any, so what
 *     would do something on a terminal or in a log is escaped
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html">proc_pid_comm(5)</a>
 */
public record EgressProcess(long pid, String program) {

    /** Escapes the name. */
    public EgressProcess {
        program = Printable.of(program);
    }

    /** For a log: {@code curl (4711)}. */
    @Override
    public String toString() {
        return "%s (%d)".formatted(program, pid);
    }
}
