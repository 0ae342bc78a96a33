package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits of a start for its launcher: they end with an interrupt, and after a minute, since something may have stopped
 * it.
 */
final class LauncherWait {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** How long processes that were killed usually need at most. */
    private static final Duration MOMENT = Duration.ofSeconds(1);
    /** How soon an interrupt is noticed. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private LauncherWait() {}

    /** The wait was given up. */
    static final class Over extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient SetupException told;

        private Over(SetupException told) {
            super(told.getMessage(), null, false, false);
            this.told = told;
        }

        SetupException asSetupException() {
            return told;
        }
    }

    /**
     * Waits until the descriptor is readable or at its end. A virtual thread parks and the event loop waits; a platform
     * thread waits itself, which is sooner. An interrupt from before does not count, as for
     * {@link ProcessBuilder#start}.
     */
    static void await(String step, Descriptor descriptor) {
        boolean interrupted = Thread.interrupted();
        try {
            if (VirtualThreads.isCurrent()) {
                park(step, descriptor);
            } else {
                poll(step, descriptor);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits a moment for a thread that may never end, whether the calling one is interrupted or not. */
    static void join(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(MOMENT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void poll(String step, Descriptor descriptor) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!TransferCalls.poll(List.of(descriptor), SLICE)[0]) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(step, descriptor);
            }
            if (System.nanoTime() - end > 0) {
                throw tooLong(step, descriptor);
            }
        }
    }

    private static void park(String step, Descriptor descriptor) {
        try (EventLoop.Readiness readiness = EventLoop.shared().readiness(descriptor, Waiting.EPOLLIN)) {
            readiness.next().get(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(step, descriptor);
        } catch (TimeoutException e) {
            throw tooLong(step, descriptor);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Over interrupted(String step, Descriptor descriptor) {
        return new Over(new SetupException(
                step, "ppoll", descriptor.toString(), Errno.EINTR, "The calling thread was interrupted."));
    }

    private static Over tooLong(String step, Descriptor descriptor) {
        return new Over(new SetupException(
                step,
                "ppoll",
                descriptor + ", " + LONGEST.toSeconds() + " s",
                Errno.ETIMEDOUT,
                "The launcher does not go on: it may be stopped, its cgroup frozen, or a mount may hang."));
    }
}
