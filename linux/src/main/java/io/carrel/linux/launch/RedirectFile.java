package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Opens the files that a command's streams are redirected to, without a wait in the kernel that neither a time nor an
 * interrupt could end: a FIFO is opened without blocking, and then asked again and again whether somebody has its other
 * end. The command gets a descriptor that blocks, as from a shell. A waiting thread parks, so it may be virtual.
 */
final class RedirectFile {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final @Nullable Duration longest;
    private final long begin = System.nanoTime();
    private Duration waited = Duration.ZERO;

    private RedirectFile(@Nullable Duration longest) {
        this.longest = longest;
    }

    /** Waits so long from now on, all files together; without a limit if it is null. */
    static RedirectFile until(@Nullable Duration longest) {
        return new RedirectFile(longest);
    }

    /** Opens a file to read from, when somebody writes to it if it is a FIFO. */
    Descriptor openInput(String name, String path) {
        Descriptor file = open("Cannot read " + name, path, Fcntl.O_RDONLY);
        try {
            boolean fifo = isFifo(file);
            while (fifo && !hasWriter(file)) {
                pause(name, path, "writing");
            }
            return blocking(file, Constant.of(0));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Opens a file to write to, when somebody reads from it if it is a FIFO; makes it if it is missing. */
    Descriptor openOutput(String name, String path, boolean append) {
        Constant flags = Fcntl.O_WRONLY.or(Fcntl.O_CREAT).or(append ? Fcntl.O_APPEND : Fcntl.O_TRUNC);
        while (true) {
            try {
                return blocking(open("Cannot write " + name, path, flags), append ? Fcntl.O_APPEND : Constant.of(0));
            } catch (SyscallException e) {
                // A socket or a device without a driver says the same.
                if (!e.errno().equals(Errno.ENXIO) || !isFifo(path)) {
                    throw e;
                }
            }
            pause(name, path, "reading");
        }
    }

    private static Descriptor open(String doing, String path, Constant flags) {
        return Kernel.open(LinuxSubject.STANDARD_STREAM, doing, path, flags.or(Fcntl.O_NONBLOCK));
    }

    private static Descriptor blocking(Descriptor file, Constant flags) {
        Kernel.fcntl("Cannot use " + file, file, Fcntl.F_SETFL, flags);
        return file;
    }

    private static boolean isFifo(String path) {
        try (Descriptor found = Kernel.open("Cannot look at " + path, path, Fcntl.O_PATH)) {
            return isFifo(found);
        }
    }

    private static boolean isFifo(Descriptor file) {
        try (FileCalls calls = new FileCalls()) {
            return calls.status(file).is(Fcntl.S_IFIFO);
        }
    }

    /**
     * Whether somebody writes, or has written: then there are bytes, or the end. Of a writer who has only opened it
     * {@code poll} does not tell, but {@code tee}, which takes nothing away: it would wait for him, and not where there
     * is none.
     */
    private static boolean hasWriter(Descriptor fifo) {
        if (TransferCalls.poll(List.of(fifo), Duration.ZERO)[0]) {
            return true;
        }
        List<Descriptor> pipe = Kernel.pipe("looking for a writer");
        try (Descriptor unread = pipe.get(0);
                Descriptor copy = pipe.get(1)) {
            long nonBlocking = Fcntl.SPLICE_F_NONBLOCK.value();
            return Kernel.probe(Syscall.TEE, fifo.number(), copy.number(), 1, nonBlocking) != 0;
        }
    }

    private void pause(String name, String path, String purpose) {
        if (Thread.currentThread().isInterrupted()) {
            throw over(name, path, Errno.EINTR, "The calling thread was interrupted.");
        }
        if (longest != null && Duration.ofNanos(System.nanoTime() - begin).compareTo(longest) >= 0) {
            String remedy = "Nobody has opened it for %s within %s.".formatted(purpose, longest);
            throw over(name, path, Errno.ETIMEDOUT, remedy);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        waited = Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Returns how long others were waited for until now; nothing where nobody was. */
    Duration waited() {
        return waited;
    }

    private static SetupException over(String name, String path, Errno errno, String remedy) {
        return new SetupException(
                "open the FIFO that is the command's " + name, "openat", "\"" + path + "\"", errno, remedy);
    }
}
