package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.Sockets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the connections of one listening socket, so many at a time; more have to wait where the kernel keeps them.
 * Owns the socket. Only for the loop's thread.
 */
public final class Acceptor {

    /** The kernel's own limit of what waits in a listening socket. */
    static final int BACKLOG = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int MOST_AT_ONCE = 32;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Loop loop;
    private final Descriptor listener;
    private final int most;
    private final Service service;
    private final DescriptorWatches.Watch watch;
    private final Set<Visit> visits = new HashSet<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean open = true;
    private @Nullable Timer timeUp;

    /** What is done with connections. */
    @FunctionalInterface
    public interface Service {
        /** Serves one; it is the service's to close. It tells the visit how to end it early, and when it has ended. */
        void serve(Descriptor connection, Visit visit);
    }

    /** Begins to accept. */
    public Acceptor(Loop loop, Descriptor listener, int most, Service service) {
        this.loop = loop;
        this.listener = listener;
        this.most = most;
        this.service = service;
        watch = loop.watch(listener, events -> accept());
    }

    /** One connection, from its beginning to its end. */
    public final class Visit {

        private Runnable ending = () -> {};

        /** Takes what ends it early. */
        public void endBy(Runnable action) {
            ending = action;
        }

        /** Notes that it has ended. */
        public void ended() {
            boolean full = visits.size() >= most;
            visits.remove(this);
            if (!open && visits.isEmpty()) {
                if (timeUp != null) {
                    timeUp.cancel();
                }
                end.complete(null);
            }
            if (full) {
                loop.execute(Acceptor.this::accept);
            }
        }
    }

    private void accept() {
        for (int i = 0; open && visits.size() < most; i++) {
            if (i == MOST_AT_ONCE) {
                loop.execute(this::accept);
                return;
            }
            if (!acceptOne()) {
                return;
            }
        }
    }

    private boolean acceptOne() {
        Optional<Descriptor> connection;
        try {
            connection = SocketCalls.accept("Cannot accept a connection", listener, Sockets.SOCK_NONBLOCK);
        } catch (SyscallException noDescriptors) {
            LOG.debug("Later again", noDescriptors);
            loop.after(PAUSE, this::accept);
            return false;
        }
        connection.ifPresent(this::serve);
        return connection.isPresent();
    }

    private void serve(Descriptor connection) {
        Visit visit = new Visit();
        visits.add(visit);
        try {
            service.serve(connection, visit);
        } catch (RuntimeException | Error e) {
            LOG.debug("A connection could not be served", e);
            connection.close();
            visit.ended();
        }
    }

    /** Returns what is done when it accepts no more, and the last connection has ended. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /** Accepts no more, and gives the connections there are some time to end by themselves. */
    public void stop(Duration grace) {
        if (open) {
            open = false;
            watch.close();
            listener.close();
            if (visits.isEmpty()) {
                end.complete(null);
            } else {
                timeUp = loop.after(grace, this::endVisits);
            }
        }
    }

    /** Ends it and all its connections; later calls do nothing. */
    public void close() {
        stop(Duration.ZERO);
        endVisits();
    }

    private void endVisits() {
        Set.copyOf(visits).forEach(visit -> visit.ending.run());
    }
}
