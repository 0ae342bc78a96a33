package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.uapi.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * The process that serves a container from outside, if it has one: a child of this JVM that ends by itself when the
 * container is gone. Thread-safe.
 *
 * @param pid its pid; 0 for none
 * @param pidfd tells of its end; null for none
 */
record Sidecar(int pid, @Nullable Descriptor pidfd) {

    /** Returns that of a container, with which the launcher has reported it. */
    static Sidecar of(int pid) {
        return new Sidecar(pid, pid == 0 ? null : ProcessCalls.pidfd(pid));
    }

    /** Reaps it when it has ended, and then does what comes after it, at once where there is none. */
    void whenEnded(Runnable next) {
        Descriptor end = pidfd;
        if (end == null) {
            next.run();
            return;
        }
        EventLoop.shared().whenReadable(end, () -> {
            ProcessCalls.reap(Waiting.P_PID, pid, new byte[0]);
            end.close();
            next.run();
        });
    }
}
