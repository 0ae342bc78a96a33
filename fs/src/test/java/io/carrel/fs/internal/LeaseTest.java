package io.carrel.fs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.Lease.Mode;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.testing.Waiter;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks among the threads of this JVM; {@code StoreCrashTest} and {@code VolumeStoreTest} have other JVMs. */
@Tag("kernel")
class LeaseTest {

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("lock");
    }

    @Test
    void oneThreadsLockExcludesAnother() {
        try (Lease held = Lease.take(file()).orElseThrow()) {
            assertThat(Lease.take(file())).isEmpty();
            assertThat(held.file()).isEqualTo(file());
        }
        try (Lease again = Lease.take(file()).orElseThrow()) {
            again.close();
            assertThat(Lease.take(file())).hasValueSatisfying(Lease::close);
        }
    }

    @Test
    void whatIsSharedIsNotHadAlone() {
        try (Lease one = Lease.await(file(), Mode.SHARED);
                Lease two = Lease.await(file(), Mode.SHARED)) {
            assertThat(Lease.take(file())).isEmpty();
            assertThat(one).isNotEqualTo(two);
        }
        assertThat(Lease.take(file())).hasValueSatisfying(Lease::close);
    }

    @Test
    void waitsUntilItIsGivenBack() throws Exception {
        Lease held = Lease.await(file(), Mode.ALONE);
        Waiter<Lease> waiting = Waiter.start(() -> Lease.await(file(), Mode.ALONE));

        held.close();

        waiting.result().close();
    }

    @Test
    void isSharedByWhoHadItAlone() throws Exception {
        Lease held = Lease.await(file(), Mode.ALONE);
        Waiter<Lease> waiting = Waiter.start(() -> Lease.await(file(), Mode.SHARED));

        try (Lease shared = held.share();
                Lease other = waiting.result()) {
            assertThat(Lease.take(file())).isEmpty();
            assertThat(shared.file()).isEqualTo(other.file());
        }
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesNothing() throws Exception {
        Lease held = Lease.await(file(), Mode.ALONE);
        Waiter<Boolean> waiting = Waiter.start(() -> {
            assertThatExceptionOfType(HostFileException.class)
                    .isThrownBy(() -> Lease.await(file(), Mode.ALONE))
                    .withCauseInstanceOf(InterruptedIOException.class);
            return Thread.currentThread().isInterrupted();
        });

        waiting.interrupt();

        assertThat(waiting.result()).isTrue();
        held.close();
        // The one that was given up may be granted first, and gives it back.
        Lease.await(file(), Mode.ALONE).close();
    }

    @Test
    void aWaitThatMustNotEndSurvivesAnInterrupt() throws Exception {
        Lease held = Lease.await(file(), Mode.ALONE);
        Waiter<Boolean> waiting = Waiter.start(() -> {
            Lease.awaitUninterruptibly(file(), Mode.ALONE).close();
            return Thread.currentThread().isInterrupted();
        });

        waiting.interrupt();
        held.close();

        assertThat(waiting.result()).isTrue();
    }

    /** A descriptor that stands for a path alone has nothing that could be locked. */
    @Test
    void anErrorIsNotTakenForAnothersLock() {
        Lease pathAlone = new Lease(directory, Kernel.open("Cannot open", directory.toString(), Fcntl.O_PATH));

        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(pathAlone::share)
                .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.named("EBADF")))
                .withMessageContaining("Cannot lock " + directory);
        assertThat(pathAlone.descriptor().isOpen()).isFalse();
        assertThatThrownBy(() -> Lease.take(directory)).isInstanceOf(SyscallException.class);
    }
}
