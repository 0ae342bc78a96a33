package io.carrel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies a process among all others since the host has booted. A pid may be given to another process later, or
 * stand for another one in another PID namespace; therefore start time and namespace go with it. Immutable.
 *
 * @param pid the pid in the PID namespace
 * @param startTime the start time in clock ticks since the boot, as in proc_pid_stat(5)
 * @param pidNamespace the inode of the PID namespace
 */
public record ProcessIdentity(long pid, long startTime, long pidNamespace) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,10})-(\\d{1,18})-(\\d{1,18})");
    private static final Pattern NAMESPACE = Pattern.compile("pid:\\[(\\d+)]");
    /** Of the fields behind the name in parentheses, which may contain anything. */
    private static final int START_TIME = 19;

    /** Returns the identity of this process. */
    public static ProcessIdentity current() {
        return of("self", ProcessHandle.current().pid()).orElseThrow();
    }

    /** Returns the identity of the process with this pid; empty if there is none. */
    public static Optional<ProcessIdentity> of(long pid) {
        return of(Long.toString(pid), pid);
    }

    private static Optional<ProcessIdentity> of(String proc, long pid) {
        try {
            return Optional.of(new ProcessIdentity(pid, startTime(proc), namespace()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Reads what {@link #format} returns; empty for other text. */
    public static Optional<ProcessIdentity> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        MatchResult numbers = matcher.toMatchResult();
        return Optional.of(new ProcessIdentity(
                Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)), Long.parseLong(numbers.group(3))));
    }

    /** Returns the three numbers as text. */
    public String format() {
        return "%d-%d-%d".formatted(pid, startTime, pidNamespace);
    }

    /**
     * Returns whether the process is known to have ended. Nothing is known of a process in another PID namespace.
     *
     * @throws KernelFileException if {@code /proc} cannot be read
     */
    public boolean isGone() {
        try {
            return pidNamespace == namespace() && !of(pid).equals(Optional.of(this));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read which PID namespace this is", "/proc/self/ns/pid", "", e);
        }
    }

    private static long startTime(String proc) throws IOException {
        String stat = KernelFile.read(Path.of("/proc", proc, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[START_TIME]);
    }

    private static long namespace() throws IOException {
        Matcher matcher = NAMESPACE.matcher(
                Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
