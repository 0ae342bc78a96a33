package io.carrel.containers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.ContainerProcess;
import io.carrel.linux.HostFileException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.netns.PublishedPort;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registration of a container that this JVM holds, for as long as others are to know of it. Thread-safe. */
public final class Registration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final Records records;

    @GuardedBy("this") private ContainerRecord container;

    @GuardedBy("this") private boolean closed;

    Registration(Records records, ContainerRecord container) {
        this.records = records;
        this.container = container;
    }

    /** Returns the record as it is now. */
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
    public synchronized ContainerRecord started(ContainerProcess process) {
        if (!closed) {
            List<String> ports =
                    process.ports().stream().map(PublishedPort::toString).toList();
            long pid = process.pid();
            // Where /proc hides it, its holder alone says whether it is there.
            ProcessIdentity first = ProcessIdentity.of(pid)
                    .orElse(new ProcessIdentity(pid, 0, container.holder().pidNamespace()));
            ContainerRecord complete = container.with(first, ports);
            records.write(complete);
            container = complete;
        }
        return container;
    }

    /** Removes the record. If it cannot be removed, that is logged: others ignore it once this JVM has ended. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            records.remove(container);
        } catch (HostFileException e) {
            LOG.warn(
                    "The record of the container {} stays until this JVM ends",
                    container.id().shortened(),
                    e);
        }
    }
}
