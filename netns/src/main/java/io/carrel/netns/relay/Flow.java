package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection. It reads only when everything it had read is written, so who writes faster than the
 * other side reads has to wait as if there were nothing in between. Only for the loop's thread.
 */
final class Flow {

    private static final int URGENT_SIZE = 4096;

    /** After so many moves others get their turn. */
    private static final int MOST_MOVES = 16;

    private final Descriptor from;
    private final Descriptor to;
    private final Pipes pipes;
    private byte[] first;
    private int sent;
    private Pipes.@Nullable Pipe pipe;
    private long held;
    private boolean urgent;
    private @Nullable HeldInput opening;
    private boolean atEnd;
    private boolean ended;
    private Waits waits = Waits.NOTHING;

    /** What it waits for. */
    private enum Waits {
        NOTHING,
        INPUT,
        ROOM
    }

    /** What a turn came to. */
    enum Turn {
        /** It waits, or has ended. */
        DONE,
        /** It could go on, but it is the others' turn. */
        MORE,
        /** The connection is broken. */
        BROKEN
    }

    /** A flow that begins with bytes that were read already. */
    Flow(Descriptor from, Descriptor to, Pipes pipes, byte[] first) {
        this.from = from;
        this.to = to;
        this.pipes = pipes;
        this.first = first;
    }

    /** A flow that begins with what is looked at before it goes on. */
    Flow(Descriptor from, Descriptor to, Pipes pipes, HeldInput opening) {
        this(from, to, pipes, new byte[0]);
        this.opening = opening;
    }

    /** Returns whether everything was read and written, and the other side told so. */
    boolean hasEnded() {
        return ended;
    }

    boolean waitsForInput() {
        return waits == Waits.INPUT;
    }

    boolean waitsForRoom() {
        return waits == Waits.ROOM;
    }

    /** A byte came that its sender calls urgent: {@code splice} stops in front of it, as if nothing more were there. */
    void urgentCame() {
        urgent = true;
    }

    /** Moves what can be moved. */
    Turn run() {
        for (int moves = 0; moves < MOST_MOVES && !ended; moves++) {
            long result = move();
            if (result == -Errno.EAGAIN.number()) {
                return Turn.DONE;
            }
            if (result < 0) {
                return Turn.BROKEN;
            }
        }
        waits = Waits.NOTHING;
        return ended ? Turn.DONE : Turn.MORE;
    }

    private long move() {
        if (held > 0) {
            return write();
        }
        if (sent < first.length) {
            return writeFirst();
        }
        HeldInput looked = opening;
        if (looked != null) {
            return readOpening(looked);
        }
        return atEnd ? end() : read();
    }

    private long readOpening(HeldInput looked) {
        try {
            Optional<Opening.Step> step = looked.next();
            if (step.isEmpty()) {
                waits = Waits.INPUT;
                return -Errno.EAGAIN.number();
            }
            first = step.get().passed();
            if (step.get().kind() == Opening.Kind.DENY) {
                return HeldInput.denied();
            }
            if (step.get().kind() == Opening.Kind.FINISH) {
                atEnd = looked.isAtEnd();
                opening = null;
            }
            return first.length;
        } catch (SyscallException broken) {
            return -broken.errno().number();
        }
    }

    private long read() {
        Pipes.Pipe through = pipe == null ? pipes.take() : pipe;
        pipe = through;
        long count = Pipes.splice(from, through.writeEnd(), through.size());
        if (count > 0) {
            held = count;
        } else {
            pipes.giveBack(through);
            pipe = null;
            if (count == 0 || urgent) {
                return readUrgent();
            }
            waits = Waits.INPUT;
        }
        return count;
    }

    /**
     * Reads over the urgent byte, which is one of the stream's like the others, as the socket has it inline. If the
     * sender has also ended, {@code splice} says in front of that byte what it says at the end, so only this read tells
     * the end.
     */
    private long readUrgent() {
        try {
            byte[] buffer = new byte[URGENT_SIZE];
            Optional<Integer> count = SocketCalls.receive("Cannot relay", from, buffer, Constant.of(0));
            if (count.isEmpty()) {
                urgent = false;
                waits = Waits.INPUT;
                return -Errno.EAGAIN.number();
            }
            atEnd = count.get() == 0;
            first = Arrays.copyOf(buffer, count.get());
            return count.get();
        } catch (SyscallException broken) {
            return -broken.errno().number();
        }
    }

    private long write() {
        Pipes.Pipe through = pipe;
        if (through == null) {
            throw new IllegalStateException("bytes are held, but no pipe");
        }
        long count = Pipes.splice(through.readEnd(), to, held);
        if (count > 0) {
            held -= count;
        } else {
            waits = Waits.ROOM;
        }
        return count;
    }

    private long writeFirst() {
        try {
            int count = SocketCalls.send("Cannot relay", to, first, sent, first.length - sent)
                    .orElse(-1);
            if (count < 0) {
                waits = Waits.ROOM;
                return -Errno.EAGAIN.number();
            }
            sent += count;
            if (sent == first.length) {
                first = new byte[0];
                sent = 0;
            }
            return count;
        } catch (SyscallException broken) {
            return -broken.errno().number();
        }
    }

    private long end() {
        SocketCalls.shutdown(to, Sockets.SHUT_WR);
        ended = true;
        return 0;
    }

    /** Data that is still on its way is lost. */
    void close() {
        if (pipe != null) {
            pipe.close();
            pipe = null;
        }
        ended = true;
    }
}
