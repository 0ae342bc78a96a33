package io.carrel;

import io.carrel.internal.Capture;
import io.carrel.internal.ContainerSpec;
import io.carrel.internal.Outcome;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.StandardStreams;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a container: a command and what it may see and use. Making one does not touch the kernel. Immutable
 * and thread-safe; it can be started any number of times.
 */
public final class Container {

    private final ContainerSpec spec;
    private volatile @Nullable Plan plan;

    Container(ContainerSpec spec) {
        this.spec = spec;
    }

    /**
     * A container as it should be for a command that one does not trust. It has namespaces of all seven kinds, the host's
     * system directories read-only and nothing else of its files, a fresh {@code /proc} and {@code /dev}, a writable
     * {@code /tmp} in memory, no network but {@code lo}, no capabilities, no way to new privileges, an empty environment
     * but for {@code PATH}, and it ends with this JVM. The command runs as this JVM's user; if that is root, as a user that
     * is root only inside.
     */
    public static ContainerBuilder builder() {
        return ContainerBuilder.confined();
    }

    /** A container without any isolation, to which single pieces are added: a plain child process that ends with the JVM. */
    public static ContainerBuilder unconfined() {
        return ContainerBuilder.unconfined();
    }

    /**
     * What a start does on this host; made by the first call.
     *
     * @throws io.carrel.linux.ContainerException if this host cannot do what is asked for
     */
    public Plan plan() {
        Plan made = plan;
        if (made == null) {
            synchronized (this) {
                made = plan;
                if (made == null) {
                    made = Plan.of(spec);
                    plan = made;
                }
            }
        }
        return made;
    }

    /** The plan as text: every step and every system call, with its arguments and the reason for it. */
    public String explain() {
        return plan().toString();
    }

    /**
     * Starts the container and returns when its command runs.
     *
     * @throws io.carrel.linux.ContainerException if a step fails; nothing of the container is left then
     */
    public ContainerProcess start() {
        return plan().start();
    }

    /**
     * Runs the container to its end and returns what it printed. Standard input is empty unless it is redirected. If the
     * calling thread is interrupted, the container is ended.
     *
     * @throws io.carrel.linux.ContainerException if a step fails; nothing of the container is left then
     */
    public ContainerResult run() throws InterruptedException {
        try (StandardStreams.Open streams = spec.streams().open()) {
            Plan.Running running = start(streams);
            Child child = running.child();
            streams.closeChildEnds();
            Outcome outcome = running.outcome();
            close(streams.takeOwnEnd(0));
            try (Capture capture = new Capture(streams.takeOwnEnd(1), streams.takeOwnEnd(2), spec.outputLimit())) {
                ExitStatus tooMuch = new ExitStatus.OutputLimit(spec.outputLimit());
                capture.read(() -> outcome.end(tooMuch), () -> child.ending().isDone());
                child.ending().get();
                running.removed().join();
                return new ContainerResult(outcome.exitStatus(), capture.output(), capture.error(), outcome.usage());
            } catch (InterruptedException e) {
                outcome.kill();
                child.ending().join();
                throw e;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A start may wait for locks and for volumes that are being filled. */
    private Plan.Running start(StandardStreams.Open streams) throws InterruptedException {
        try {
            return plan().start(streams);
        } catch (UncheckedIOException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static void close(@Nullable Descriptor descriptor) {
        if (descriptor != null) {
            descriptor.close();
        }
    }

    @Override
    public String toString() {
        return "Container" + spec.command();
    }
}
