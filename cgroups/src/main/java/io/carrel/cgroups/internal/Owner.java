package io.carrel.cgroups.internal;

import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.KernelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who made groups: a process that can be told from all others of this boot. The kernel's pid may be another's later, or in another
 * PID namespace; so its start time and its namespace go with it. Immutable.
 *
 * @param pid in its PID namespace
 * @param startTime in ticks since the boot
 * @param pidNamespace the inode of its PID namespace
 */
public record Owner(long pid, long startTime, long pidNamespace) {

    private static final Pattern NAME = Pattern.compile("jvm-(\\d{1,10})-(\\d{1,18})-(\\d{1,18})");
    private static final Pattern NAMESPACE = Pattern.compile("pid:\\[(\\d+)]");
    /** Of the fields behind the name in parentheses, which may contain anything. */
    private static final int START_TIME = 19;

    /** This process. */
    public static Owner current() {
        return of("self", ProcessHandle.current().pid()).orElseThrow();
    }

    private static Optional<Owner> of(String proc, long pid) {
        try {
            return Optional.of(new Owner(pid, startTime(proc), namespace()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The owner whose directory has this name; empty if it is another kind of directory. */
    public static Optional<Owner> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        MatchResult numbers = matcher.toMatchResult();
        return Optional.of(new Owner(
                Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)), Long.parseLong(numbers.group(3))));
    }

    /** The name of the directory for its groups. */
    public String name() {
        return "jvm-%d-%d-%d".formatted(pid, startTime, pidNamespace);
    }

    /** Whether it is known to be gone. Of a process in another PID namespace nothing is known. */
    public boolean isGone() {
        try {
            return pidNamespace == namespace() && !of(Long.toString(pid), pid).equals(Optional.of(this));
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
