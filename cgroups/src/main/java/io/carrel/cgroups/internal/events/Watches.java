package io.carrel.cgroups.internal.events;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Descriptors of a group that the event loop watches, all closed together. They close themselves when the group is
 * gone. Thread-safe.
 */
public final class Watches implements AutoCloseable {

    private static final int SIZE = 4096;
    /** How long the kernel may take from saying that memory has run out to having counted whom it kills. */
    private static final int LOOKS = 200;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    @GuardedBy("this") private final List<Descriptor> descriptors = new ArrayList<>();

    @GuardedBy("this") private final List<DescriptorWatches.Watch> watches = new ArrayList<>();

    @GuardedBy("this") private boolean isClosed;

    /** What is done with the content of a file. */
    public interface Reader {
        /** Only the first bytes are of the file. */
        void read(byte[] content, int length);
    }

    /** Watches a file whose changes the kernel tells; reads it at once and after each change. */
    public void file(Placement group, String name, Reader reader) {
        Descriptor file =
                Kernel.open("Cannot watch cgroup " + group, group.file(name).toString(), Fcntl.O_RDONLY);
        keep(file);
        byte[] content = new byte[SIZE];
        Runnable read = () -> {
            int length = read(file, content);
            if (length >= 0) {
                reader.read(content, length);
            }
        };
        read.run();
        watch(file, Waiting.EPOLLPRI, read);
    }

    /** A group that was removed gives ENODEV. */
    private synchronized int read(Descriptor file, byte[] content) {
        if (isClosed) {
            return -1;
        }
        int length = TransferCalls.readFromStart(file, content);
        if (length < 0) {
            close();
        }
        return length;
    }

    /**
     * Has v1 tell when a group has no memory left. It tells before it has decided whom to kill, so {@code isCounted} is
     * asked again until it is true, or a while has passed because nobody was killed.
     */
    public void outOfMemory(Placement group, BooleanSupplier isCounted) {
        String doing = "Cannot watch the memory of cgroup " + group;
        Descriptor counter = Kernel.eventfd("the memory of cgroup " + group);
        keep(counter);
        try (Descriptor control =
                Kernel.open(doing, group.file("memory.oom_control").toString(), Fcntl.O_RDONLY)) {
            GroupFile.write(doing, group.file("cgroup.event_control"), counter.number() + " " + control.number());
        }
        watch(counter, Waiting.EPOLLIN, () -> {
            drain(counter);
            look(isCounted, LOOKS);
        });
    }

    private synchronized void drain(Descriptor counter) {
        if (!isClosed) {
            TransferCalls.read(counter, new byte[Long.BYTES]);
        }
    }

    private void look(BooleanSupplier isCounted, int looks) {
        if (!isCounted.getAsBoolean() && looks > 0 && !isClosed()) {
            EventLoop.shared().after(BETWEEN_LOOKS, () -> look(isCounted, looks - 1));
        }
    }

    /** Watches a descriptor that is kept and closed with the others. */
    public void watch(Descriptor descriptor, Constant interest, Runnable handler) {
        DescriptorWatches.Watch watch = EventLoop.shared().watch(descriptor, interest, handler);
        synchronized (this) {
            if (!isClosed) {
                watches.add(watch);
                return;
            }
        }
        watch.close();
    }

    /** Closes it with the others. */
    public synchronized void keep(Descriptor descriptor) {
        descriptors.add(descriptor);
    }

    /** Whether it was closed, or the group is gone. */
    public synchronized boolean isClosed() {
        return isClosed;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        watches.forEach(DescriptorWatches.Watch::close);
        watches.clear();
        descriptors.forEach(Descriptor::close);
        descriptors.clear();
    }
}
