package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import java.util.Arrays;
import java.util.Optional;

/** What a client has sent, as long as it is looked at. Only for the loop's thread. */
final class HeldInput {

    private static final int MOST = 64 * 1024;
    private static final int AT_ONCE = 16 * 1024;

    private final Descriptor from;
    private final Opening opening;
    private byte[] held;
    private boolean isNew;
    private boolean atEnd;

    HeldInput(Descriptor from, Opening opening, byte[] already) {
        this.from = from;
        this.opening = opening;
        held = already;
        isNew = already.length > 0;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /**
     * Reads, unless there is something that was not looked at, and looks at it; empty if nothing is there to be read.
     */
    Optional<Opening.Step> next() {
        if (!isNew && !read()) {
            return Optional.empty();
        }
        isNew = false;
        Opening.Step step = opening.look(held, atEnd);
        boolean stuck = step.kind() == Opening.Kind.AWAIT && (atEnd || held.length >= MOST);
        if (step.kind() == Opening.Kind.PASS) {
            held = step.rest();
            isNew = held.length > 0 || atEnd;
        }
        return Optional.of(stuck ? Opening.Step.deny() : step);
    }

    private boolean read() {
        byte[] buffer = new byte[AT_ONCE];
        Optional<Integer> count = SocketCalls.receive("Cannot relay", from, buffer, Constant.of(0));
        if (count.isEmpty()) {
            return false;
        }
        atEnd = count.get() == 0;
        int before = held.length;
        held = Arrays.copyOf(held, before + count.get());
        System.arraycopy(buffer, 0, held, before, count.get());
        return true;
    }

    /** Returns why a connection is broken off that was denied. */
    static long denied() {
        return -Errno.EACCES.number();
    }
}
