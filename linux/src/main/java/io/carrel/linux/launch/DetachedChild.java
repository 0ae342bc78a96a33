package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.uapi.Waiting;
import java.util.concurrent.CompletableFuture;

/**
 * The init of a container that this JVM has started and that goes on without it. As long as this JVM lives, it is its
 * parent, and reaps it. Immutable.
 *
 * @param pid its pid, as this JVM sees it
 * @param gone completed by the event loop when it is reaped, and so is what served the container from outside
 */
public record DetachedChild(int pid, CompletableFuture<Void> gone) {

    static DetachedChild of(Message.Processes processes) {
        DetachedChild child = new DetachedChild(processes.first(), new CompletableFuture<>());
        Sidecar sidecar = Sidecar.of(processes.sidecar());
        Descriptor pidfd = ProcessCalls.pidfd(child.pid);
        EventLoop.shared().whenReadable(pidfd, () -> {
            ProcessCalls.reap(Waiting.P_PID, child.pid, new byte[0]);
            pidfd.close();
            sidecar.whenEnded(() -> child.gone.complete(null));
        });
        return child;
    }
}
