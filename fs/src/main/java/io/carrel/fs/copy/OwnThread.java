package io.carrel.fs.copy;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.carrel.fs.internal.DaemonThreads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Work on a platform thread of its own, whose ids in the kernel end with it. */
final class OwnThread {

    private OwnThread() {}

    static <T> T call(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        DaemonThreads.named("carrel-copy").newThread(task).start();
        try {
            return Uninterruptibles.getUninterruptibly(task);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e.getCause());
        }
    }
}
