package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.binding.ProcessCalls;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process that a container's init has executed for this JVM, and whatever comes from it: all have its {@link Marked
 * mark}. Thread-safe.
 */
public final class Exec {

    private final int pid;
    private final Descriptor pidfd;
    private final Marked marked;
    private final @Nullable Descriptor terminal;
    private boolean isTerminalTaken;
    private final CompletableFuture<ProcessExit> ending = new CompletableFuture<>();

    /** Becomes the owner of the descriptors; that of the other side of its terminal is null where it has none. */
    Exec(Descriptor pidfd, Marked marked, @Nullable Descriptor terminal) {
        this.pidfd = pidfd;
        this.terminal = terminal;
        this.marked = marked;
        pid = ProcessCalls.pidOf(pidfd);
    }

    /** Called by the event loop, once. */
    void end(ProcessExit how) {
        synchronized (this) {
            pidfd.close();
        }
        ending.complete(how);
    }

    /** The other side of its terminal, whose owner the caller becomes; null where it has none. */
    synchronized @Nullable Descriptor takeTerminal() {
        isTerminalTaken = true;
        return terminal;
    }

    /** Ends it, whose caller does not wait for it any more. */
    void drop() {
        synchronized (this) {
            if (terminal != null && !isTerminalTaken) {
                terminal.close();
            }
        }
        killAllSoon();
    }

    /** Returns the pid as this JVM sees it; 0 if it does not. */
    public int pid() {
        return pid;
    }

    /**
     * Returns what the event loop completes when the process has ended, whoever else is left. Dependents must not
     * block.
     */
    public CompletableFuture<ProcessExit> ending() {
        return ending;
    }

    /** Sends a signal to the process itself; false if it has ended. */
    public synchronized boolean signal(int number) {
        return pidfd.isOpen() && ProcessCalls.sendSignal(pidfd, number);
    }

    /** Does {@link #killAll} on another thread. */
    public void killAllSoon() {
        HostThreads.executor().execute(this::killAll);
    }

    /**
     * Kills the process and all that comes from it, and returns when nobody is left, but for zombies that wait for
     * their parents in the container. Reads {@code /proc}, so it is not for the event loop.
     */
    public void killAll() {
        signal(Signal.KILL.number());
        marked.kill();
    }
}
