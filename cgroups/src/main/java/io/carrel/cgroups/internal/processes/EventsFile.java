package io.carrel.cgroups.internal.processes;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code cgroup.events} of a v2 group: whether processes are in it or below it, and whether they are frozen. */
public final class EventsFile {

    private static final int SIZE = 256;

    private EventsFile() {}

    /**
     * Waits until the file has the line, for example {@code populated 0}; the kernel tells when it changes. False if it
     * has not in time, or somebody has removed the group.
     */
    public static boolean await(Placement group, String line, Duration patience) {
        try {
            return awaitLine(group, line, patience);
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT) || e.errno().equals(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean awaitLine(Placement group, String line, Duration patience) {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(patience);
        String doing = "Cannot watch cgroup " + group;
        try (FileCalls calls = new FileCalls();
                Descriptor file = Kernel.open(doing, group.file("cgroup.events").toString(), Fcntl.O_RDONLY)) {
            calls.doing(() -> doing);
            byte[] content = new byte[SIZE];
            while (true) {
                int count = calls.readAt(file, content, SIZE, 0);
                if (new String(content, 0, count, StandardCharsets.US_ASCII)
                        .lines()
                        .anyMatch(line::equals)) {
                    return true;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TransferCalls.awaitChange(file, Duration.ofNanos(left));
            }
        }
    }
}
