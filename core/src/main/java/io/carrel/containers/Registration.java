package io.carrel.containers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.Container;
import io.carrel.ContainerProcess;
import io.carrel.DetachedContainer;
import io.carrel.Lifetime;
import io.carrel.linux.ContainerException;
import io.carrel.linux.HostFileException;
import io.carrel.linux.launch.HostThreads;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registration of a container that this JVM holds. When the container has ended, that is noted, or all that is known of it is removed,
 * as its settings say. Thread-safe.
 */
public final class Registration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    /** Held by the JVM until its end, whether or not who registered a container still thinks of it. */
    private static final Set<Registration> OPEN = ConcurrentHashMap.newKeySet();

    private final Records records;
    private final HeldContainer held;

    @GuardedBy("this") private ContainerRecord container;

    @GuardedBy("this") private @Nullable ContainerProcess process;

    @GuardedBy("this") private boolean isClosed;

    @GuardedBy("this") private boolean isReleased;

    Registration(Records records, HeldContainer held, ContainerRecord container) {
        this.records = records;
        this.held = held;
        this.container = container;
        OPEN.add(this);
    }

    /** Returns the record as this JVM has written it last. */
    public synchronized ContainerRecord container() {
        return container;
    }

    /**
     * Completes the record with what is known after the start. Does nothing after {@link #close()}, which a shutdown
     * hook may call while a start is under way.
     *
     * @return the record as it is now
     * @throws HostFileException if it cannot be written; the record stays as it was
     */
    public synchronized ContainerRecord started(ContainerProcess started) {
        if (!isClosed) {
            process = started;
            ContainerRun run = Runs.of(started, container.holder().pidNamespace());
            try (LockedRecords locked = records.lock()) {
                container = locked.change(container.id(), record -> record.withRun(Optional.of(run)));
            }
        }
        return container;
    }

    /** Starts the container, as its settings say. */
    ContainerRecord start(Container definition) {
        if (container().settings().lifetime() == Lifetime.DETACHED) {
            return detach(definition);
        }
        ContainerProcess attached = definition.start();
        try {
            ContainerRecord started = started(attached);
            close(); // which waits for the end
            return started;
        } catch (RuntimeException | Error e) {
            attached.close();
            throw e;
        }
    }

    /**
     * Starts the container so that it goes on without this JVM, and gives the hold on it to its init.
     *
     * @return its record
     * @throws ContainerException if it cannot be started, or its record not be written; nothing of it runs then
     */
    private synchronized ContainerRecord detach(Container definition) {
        StateDirectory directory = held.directory();
        directory.removeSocket();
        DetachedContainer started =
                definition.detach(directory.path(), held.lease().descriptor());
        try (LockedRecords locked = records.lock()) {
            ContainerRun run = Runs.of(started, container.holder().pidNamespace());
            container = locked.change(container.id(), record -> record.withRun(Optional.of(run)));
        } catch (RuntimeException | Error e) {
            new Signals(container.name(), container, directory).killNow(started.pid());
            throw e;
        }
        isClosed = true;
        isReleased = true;
        OPEN.remove(this);
        return container;
    }

    /** Removes all that is known of a container that has not been started, whatever its settings. */
    public synchronized void discard() {
        if (!isReleased && process == null) {
            isClosed = true;
            isReleased = true;
            OPEN.remove(this);
            try (held) {
                held.directory().remove();
            }
        }
    }

    /**
     * Notes how the container ended, or removes all that is known of it; one that still runs is left until its end. If that fails, it is
     * logged, as nothing of the container's own has failed.
     */
    @Override
    public void close() {
        ContainerProcess ending;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            ending = process;
        }
        if (ending != null && ending.isAlive()) {
            CompletableFuture<Void> unused =
                    ending.onExit().thenAcceptAsync(ended -> release(ending), HostThreads.executor());
        } else {
            release(ending);
        }
    }

    private synchronized void release(@Nullable ContainerProcess ended) {
        if (isReleased) {
            return;
        }
        isReleased = true;
        OPEN.remove(this);
        try (held) {
            if (container.settings().removed()) {
                held.directory().remove();
            } else if (ended != null) {
                held.directory().write(new ContainerExit(ended.exitStatus(), Instant.now(), ended.usage()));
            }
        } catch (ContainerException e) {
            LOG.warn(
                    "What is known of the container {} is not up to date",
                    container.id().shortened(),
                    e);
        }
    }
}
