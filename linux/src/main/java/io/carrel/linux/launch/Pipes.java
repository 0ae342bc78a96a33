package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.List;

/** What is asked and set of this JVM's ends of pipes. */
public final class Pipes {

    /**
     * A user may have 256 of these, before the kernel gives less to all new pipes of his
     * ({@code pipe-user-pages-soft}).
     */
    private static final int WIDE = 256 * 1024;

    private static final Constant FOR_ALL = new Constant("0666", 0666);

    private Pipes() {}

    /**
     * Makes a pipe that a command can open again by {@code /dev/stdout} or {@code /proc/self/fd}, whoever it runs as.
     * Only who holds a pipe, or may look into such a process, comes near it.
     *
     * @param purpose what it is for
     * @return the end to read from, and the end to write to
     */
    public static List<Descriptor> make(String purpose) {
        List<Descriptor> pipe = Kernel.pipe(purpose);
        Kernel.setMode("Cannot open a pipe to the command's user", pipe.get(0), FOR_ALL);
        return pipe;
    }

    /** Reads and writes by this end return at once; the other end is not affected. */
    static void doNotBlock(Descriptor pipe) {
        Kernel.fcntl("Cannot use a pipe of " + pipe, pipe, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
    }

    /**
     * Makes room for more in a pipe, where the user may have it: writer and reader then wake each other more rarely,
     * which costs more than to copy what a pipe of the usual 64 KiB holds.
     */
    static void widen(Descriptor pipe) {
        Kernel.probe(Syscall.FCNTL, pipe.number(), Fcntl.F_SETPIPE_SZ.value(), WIDE);
    }

    /**
     * Widens a pipe when so much has come through it that more is to be expected.
     *
     * @param before how much came before
     * @return how much has come now
     */
    public static long passed(Descriptor pipe, long before, int count) {
        long now = before + count;
        if (before < WIDE && now >= WIDE) {
            widen(pipe);
        }
        return now;
    }

    /** Returns how many bytes are in the pipe. */
    public static int available(Descriptor pipe) {
        return Kernel.ioctlInt(pipe, Waiting.FIONREAD).orElse(0);
    }
}
