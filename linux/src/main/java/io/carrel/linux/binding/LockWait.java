package io.carrel.linux.binding;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.carrel.linux.HostFileException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A wait for a lock, on a thread that may block in the kernel: no interrupt reaches a thread there, and a virtual one
 * would keep its carrier. Who gives up leaves that thread behind, which gives the lock back as soon as it gets it.
 */
final class LockWait {

    private final Lease lease;
    private final CompletableFuture<Lease> granted = new CompletableFuture<>();

    private LockWait(Lease lease) {
        this.lease = lease;
    }

    static LockWait of(Lease lease, Lease.Mode mode) {
        LockWait wait = new LockWait(lease);
        Thread thread = new Thread(() -> wait.run(mode), "carrel-lock");
        thread.setDaemon(true);
        thread.start();
        return wait;
    }

    private void run(Lease.Mode mode) {
        try {
            lease.lockInKernel(mode);
            if (!granted.complete(lease)) {
                lease.close();
            }
        } catch (RuntimeException | Error e) {
            lease.close();
            granted.completeExceptionally(e);
        }
    }

    Lease join(boolean interruptibly) {
        try {
            return interruptibly ? granted.get() : Uninterruptibles.getUninterruptibly(granted);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (granted.cancel(false)) {
                throw interrupted();
            }
            // It was granted, or failed, just before.
            return join(false);
        }
    }

    private HostFileException interrupted() {
        String message = "Interrupted while waiting for the lock " + lease.file();
        return new HostFileException(message, new InterruptedIOException(message));
    }
}
