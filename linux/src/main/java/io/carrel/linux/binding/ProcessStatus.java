package io.carrel.linux.binding;

import com.google.common.base.Splitter;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.uapi.Constant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The content of {@code /proc/PID/status}, as far as Carrel needs it. Immutable.
 *
 * @param text the content
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
 */
public record ProcessStatus(String text) {

    private static final Splitter FIELDS = Splitter.on('\t').trimResults();
    private static final int EFFECTIVE = 1;

    /** Reads that of this process. */
    public static ProcessStatus current() {
        return of("self");
    }

    /** Reads that of the process with this pid. */
    public static ProcessStatus of(String pid) {
        Path file = Path.of("/proc", pid, "status");
        try {
            return new ProcessStatus(KernelFile.read(file));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the state of a process", file.toString(), "", e);
        }
    }

    /** Returns whether it has ended and only waits for its parent to ask. */
    public boolean isZombie() {
        return text.contains("\nState:\tZ");
    }

    /** Returns the pid of its parent. */
    public long parentPid() {
        return number("PPid", 0, 10);
    }

    /** Returns whether it is the first process of a PID namespace below the one whose {@code /proc} this is. */
    public boolean isInit() {
        List<String> pids = values("NSpid");
        return pids.size() > 1 && pids.get(pids.size() - 1).equals("1");
    }

    /** Returns the effective user id. */
    public long effectiveUid() {
        return number("Uid", EFFECTIVE, 10);
    }

    /** Returns the effective group id. */
    public long effectiveGid() {
        return number("Gid", EFFECTIVE, 10);
    }

    /** Returns the effective capabilities, a bit for each. */
    public long effectiveCapabilities() {
        return number("CapEff", 0, 16);
    }

    /** Returns whether this capability is effective. */
    public boolean has(Constant capability) {
        return (effectiveCapabilities() >> capability.value() & 1) != 0;
    }

    /** Returns the capabilities of the bounding set, a bit for each. */
    public long boundingSet() {
        return number("CapBnd", 0, 16);
    }

    /** Returns whether programs give no new privileges. */
    public boolean noNewPrivileges() {
        return number("NoNewPrivs", 0, 10) != 0;
    }

    /** Returns 0 without a seccomp filter, 2 with one. */
    public int seccompMode() {
        return (int) number("Seccomp", 0, 10);
    }

    private List<String> values(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line ->
                        FIELDS.splitToList(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(List.of());
    }

    private long number(String name, int index, int radix) {
        List<String> values = values(name);
        try {
            return Long.parseUnsignedLong(values.get(index), radix);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new KernelFileException("Cannot find " + name, "/proc/PID/status", text, e);
        }
    }
}
