package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.NamespaceCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that moves everything that is relayed in this JVM. Handlers and tasks run on it, so what only they
 * use needs no locks; they must not block. The methods can be called from any thread.
 *
 * <p>It is another loop than {@link io.carrel.linux.launch.EventLoop}, which tells of ends and deadlines of containers:
 * this one is busy as long as much is relayed, and those must not wait for it. It is told of changes once
 * ({@code EPOLLET}), as relays read and write until the kernel has no more, its timers need no lock, and its thread has
 * to be in the JVM's own network.
 */
public final class Loop {

    /**
     * Told once for each change, not as long as something is so: who is told must read or write until that has to wait.
     */
    private static final Constant CHANGES = Waiting.EPOLLIN
            .or(Waiting.EPOLLPRI)
            .or(Waiting.EPOLLOUT)
            .or(Waiting.EPOLLRDHUP)
            .or(Waiting.EPOLLET);

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Thread thread;
    private final DescriptorWatches watches;

    private Loop() {
        thread = new Thread(null, this::run, "carrel-relay", 512 * 1024);
        watches = new DescriptorWatches(thread, LOG, "Something that is relayed failed");
        thread.setDaemon(true);
        thread.start();
    }

    private static final class Holder {
        static final Loop SHARED = new Loop();
    }

    /** Returns the loop of this JVM; its thread starts with the first call. */
    public static Loop shared() {
        return Holder.SHARED;
    }

    /**
     * Tells of every change of the descriptor, which must not block, until the watch is closed. It is closed only after
     * that.
     */
    public DescriptorWatches.Watch watch(Descriptor descriptor, DescriptorWatches.Handler handler) {
        return watches.watch(descriptor, CHANGES, handler);
    }

    /** Runs the task on the loop's thread, soon. */
    public void execute(Runnable task) {
        tasks.add(task);
        watches.wakeUp();
    }

    /** Computes on the loop's thread, and waits for the result. */
    public <T> T call(Supplier<T> computation) {
        if (Thread.currentThread() == thread) {
            return computation.get();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(computation.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    /** Runs the action on the loop's thread after a while; only from there. */
    public Timer after(Duration delay, Runnable action) {
        Timer timer = new Timer(System.nanoTime() + delay.toNanos(), action);
        timers.add(timer);
        return timer;
    }

    /**
     * A thread is born where its maker is, which may only visit a network, and what it connects goes out there for
     * good.
     */
    private static void goHome() {
        try {
            Path home = Path.of("/proc/self/ns/net");
            if (!Files.readSymbolicLink(home).equals(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")))) {
                String doing = "Cannot return to the network of this JVM";
                try (Descriptor network = Kernel.open(doing, home.toString(), Fcntl.O_RDONLY)) {
                    NamespaceCalls.setns(doing, network, CloneFlags.CLONE_NEWNET);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("What is relayed goes out where this thread was made", e);
        }
    }

    private void run() {
        goHome();
        while (true) {
            // A JVM that ends waits up to 300 ms for threads in native code, so this one is not there for nothing.
            while (watches.isEmpty() && tasks.isEmpty() && timers.isEmpty()) {
                LockSupport.park(this);
            }
            watches.await(tasks.isEmpty() ? untilNextTimer() : 0);
            for (int left = tasks.size(); left > 0; left--) {
                Runnable task = tasks.poll();
                if (task != null) {
                    watches.runSafely(task);
                }
            }
            while (untilNextTimer() == 0) {
                Runnable action = timers.remove().action();
                if (action != null) {
                    watches.runSafely(action);
                }
            }
        }
    }

    /** In nanoseconds; -1 where there is none. */
    private long untilNextTimer() {
        Timer next = timers.peek();
        return next == null ? -1 : next.left();
    }
}
