package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of a container that come from one that its init has executed. They are known by a value of a resource
 * limit that the kernel has not kept since Linux 2.6, {@code RLIMIT_LOCKS}: every process inherits it, through
 * sessions, daemons' double forks and execve, and {@code /proc} shows it to everybody. A process can only escape by
 * changing this limit itself. Immutable.
 *
 * @param init the container's first process, below which they are
 * @param mark the value
 */
record Marked(int init, long mark) {

    private static final Logger LOG = LoggerFactory.getLogger(Marked.class);
    private static final String LIMIT = "Max file locks";
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    /**
     * Counts down, as a process without privileges can only lower the limit: from this JVM's own, which may be marked
     * itself.
     */
    private static final AtomicLong MARKS = new AtomicLong(ownLimit());

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;

    /** Processes with a mark that no others have. */
    static Marked below(int init) {
        return new Marked(init, MARKS.decrementAndGet());
    }

    /**
     * Processes with a mark that no others have, below an init of which other JVMs may ask the same: one of very many,
     * as they know nothing of one another.
     */
    static Marked belowForeign(int init) {
        long limit = Math.max(2, limit(Integer.toString(init)));
        return new Marked(init, ThreadLocalRandom.current().nextLong(limit / 2, limit));
    }

    private static long ownLimit() {
        return limit("self");
    }

    private static long limit(String process) {
        try {
            return KernelFile.read(Path.of("/proc", process, "limits"))
                    .lines()
                    .filter(line -> line.startsWith(LIMIT))
                    .flatMapToLong(
                            line -> NUMBER.matcher(line).results().mapToLong(found -> Long.parseLong(found.group())))
                    .max()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException | NumberFormatException unknown) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Kills them until there are none. They may fork faster than they are found, if there is no limit to their number.
     */
    void kill() {
        long end = System.nanoTime() + LONGEST.toNanos();
        // Twice, as one whose parent ends meanwhile may be looked for in the wrong place.
        for (int nobody = 0; nobody < 2; nobody = killOnce() ? 0 : nobody + 1) {
            if (System.nanoTime() - end > 0) {
                LOG.warn(
                        "Processes below {} with the mark {} go on in spite of being killed for {}",
                        init,
                        mark,
                        LONGEST);
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** False if there was none. */
    private boolean killOnce() {
        boolean found = false;
        for (int pid : Descendants.below(init)) {
            if (isMarked(pid)) {
                found |= kill(pid);
            }
        }
        return found;
    }

    /** The pid may be another's by now; not while the descriptor is the one of a process that has the mark. */
    private boolean kill(int pid) {
        try (Descriptor pidfd = ProcessCalls.pidfd(pid)) {
            return isMarked(pid)
                    && !ProcessStatus.of(Integer.toString(pid)).isZombie()
                    && ProcessCalls.sendSignal(pidfd, Signal.KILL.number());
        } catch (SyscallException | KernelFileException gone) {
            return false;
        }
    }

    private boolean isMarked(int pid) {
        try {
            return KernelFile.read(Path.of("/proc", Integer.toString(pid), "limits"))
                    .lines()
                    .anyMatch(line -> line.startsWith(LIMIT) && line.contains(" " + mark + " "));
        } catch (IOException gone) {
            return false;
        }
    }
}
