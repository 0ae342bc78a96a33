package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.carrel.linux.Descriptor;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * An epoll instance with an eventfd that wakes its waiter. One thread waits; all others are safe to call.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class Epoll {

    private static final int MOST_EVENTS = 64;
    private static final long WAKE_UP = 0;
    /** {@code struct epoll_event} is packed on x86-64 and nowhere else. */
    private static final int EVENT_SIZE = Processor.current() == Processor.X86_64 ? 12 : 16;

    private static final int DATA = EVENT_SIZE - Long.BYTES;

    private final Descriptor epoll;
    private final Descriptor wakeUp;
    private final Memory events = new Memory((long) MOST_EVENTS * EVENT_SIZE);
    private final Memory counter = new Memory(Long.BYTES);

    /** Creates an instance. */
    public Epoll() {
        String doing = "Cannot make an event loop";
        epoll = Kernel.own(Syscalls.check(doing, Syscall.EPOLL_CREATE1, Fcntl.O_CLOEXEC), "epoll");
        Constant flags = Fcntl.O_CLOEXEC.or(Fcntl.O_NONBLOCK);
        wakeUp = Kernel.own(Syscalls.check(doing, Syscall.EVENTFD2, Constant.of(0), flags), "eventfd");
        add(wakeUp, Waiting.EPOLLIN, WAKE_UP);
    }

    /** Reports {@code key} once when the descriptor is readable; closing it ends the watch. */
    public void addOnce(Descriptor descriptor, long key) {
        addOnce(descriptor, Waiting.EPOLLIN, key);
    }

    /** Reports {@code key} once when there is something of interest about the descriptor. */
    public void addOnce(Descriptor descriptor, Constant interest, long key) {
        add(descriptor, interest.or(Waiting.EPOLLONESHOT), key);
    }

    /** Does the same once more for a descriptor that was added before. */
    public void againOnce(Descriptor descriptor, Constant interest, long key) {
        control(Waiting.EPOLL_CTL_MOD, descriptor, interest.or(Waiting.EPOLLONESHOT), key);
    }

    /** Reports {@code key} for as long as there is something of interest about the descriptor. */
    public void addAlways(Descriptor descriptor, Constant interest, long key) {
        add(descriptor, interest, key);
    }

    /** Somebody who wants to know what is ready, and how. */
    @FunctionalInterface
    public interface Ready {
        /** Told of one watch. */
        void ready(long key, int events);
    }

    /** Ends the watch. Never fails. */
    public void remove(Descriptor descriptor) {
        Kernel.probe(Syscall.EPOLL_CTL, epoll.number(), Waiting.EPOLL_CTL_DEL.value(), descriptor.number(), 0);
    }

    private void add(Descriptor descriptor, Constant interest, long key) {
        control(Waiting.EPOLL_CTL_ADD, descriptor, interest, key);
    }

    private void control(Constant operation, Descriptor descriptor, Constant interest, long key) {
        try (Memory event = new Memory(EVENT_SIZE)) {
            event.setInt(0, (int) interest.value());
            event.setLong(DATA, key);
            Syscalls.check("Cannot watch " + descriptor, Syscall.EPOLL_CTL, epoll, operation, descriptor, event);
        }
    }

    /** Ends the current or next {@link #await}. */
    public void wakeUp() {
        try (Memory one = new Memory(Long.BYTES)) {
            one.setLong(0, 1);
            Kernel.probe(Syscall.WRITE, wakeUp.number(), Pointer.nativeValue(one), Long.BYTES);
        }
    }

    /** Waits for events, at most so many nanoseconds, without end if negative, and tells of each. */
    public void await(long nanos, Ready handler) {
        long count = awaitCount(nanos);
        for (int i = 0; i < count; i++) {
            int what = events.getInt((long) i * EVENT_SIZE);
            long key = key(i);
            if (key != WAKE_UP) {
                handler.ready(key, what);
            }
        }
    }

    private long awaitCount(long nanos) {
        long millis = nanos < 0 ? -1 : Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
        return Kernel.probe(
                Syscall.EPOLL_PWAIT,
                epoll.number(),
                Pointer.nativeValue(events),
                MOST_EVENTS,
                millis,
                0,
                Waiting.SIGNAL_SET_SIZE);
    }

    private long key(int index) {
        long key = events.getLong((long) index * EVENT_SIZE + DATA);
        if (key == WAKE_UP) {
            Kernel.probe(Syscall.READ, wakeUp.number(), Pointer.nativeValue(counter), Long.BYTES);
        }
        return key;
    }
}
