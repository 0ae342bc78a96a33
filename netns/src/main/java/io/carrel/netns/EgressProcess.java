package io.carrel.netns;

import io.carrel.linux.Printable;

/**
 * A process that tried to get out. Immutable.
 *
 * @param pid its pid as this JVM sees it
 * @param program its name in the kernel, at most 15 bytes. A process may choose any name, so what would do something on
 *     a terminal or in a log is escaped.
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html">proc_pid_comm(5)</a>
 */
public record EgressProcess(long pid, String program) {

    /** Escapes the name. */
    public EgressProcess {
        program = Printable.of(program);
    }

    /** Returns the text for a log: {@code curl (4711)}. */
    @Override
    public String toString() {
        return "%s (%d)".formatted(program, pid);
    }
}
