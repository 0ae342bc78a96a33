package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Empty pipes to move data through: only who has data on the way needs one, so idle connections cost none. Only for the
 * loop's thread.
 */
public final class Pipes {

    /** The largest that an ordinary user may have, by default; a few of these fill what it may have altogether. */
    private static final int SIZE = 1 << 20;

    private static final int MOST_KEPT = 16;
    private static final long FLAGS =
            Fcntl.SPLICE_F_MOVE.or(Fcntl.SPLICE_F_NONBLOCK).value();

    private final Deque<Pipe> kept = new ArrayDeque<>();
    private int users;

    /** Both ends of a pipe. */
    record Pipe(Descriptor readEnd, Descriptor writeEnd, int size) {

        void close() {
            readEnd.close();
            writeEnd.close();
        }
    }

    /** There is one more connection that may need them. */
    void addUser() {
        users++;
    }

    /** There is one less; without any, none are kept. */
    void removeUser() {
        users--;
        if (users == 0) {
            kept.forEach(Pipe::close);
            kept.clear();
        }
    }

    Pipe take() {
        return kept.isEmpty() ? make() : kept.pop();
    }

    /** It must be empty. */
    void giveBack(Pipe pipe) {
        if (kept.size() < MOST_KEPT) {
            kept.push(pipe);
        } else {
            pipe.close();
        }
    }

    private static Pipe make() {
        List<Descriptor> ends = Kernel.pipe("relayed data");
        // What the user has altogether may be used up; then it stays as it is.
        long size = Kernel.probe(Syscall.FCNTL, ends.get(1).number(), Fcntl.F_SETPIPE_SZ.value(), SIZE);
        return new Pipe(ends.get(0), ends.get(1), size > 0 ? (int) size : 1 << 16);
    }

    /** Moves at most so many bytes; what the kernel answers. */
    static long splice(Descriptor from, Descriptor to, long most) {
        long count;
        do {
            count = Kernel.probe(Syscall.SPLICE, from.number(), 0, to.number(), 0, most, FLAGS);
        } while (count == -Errno.EINTR.number());
        return count;
    }
}
