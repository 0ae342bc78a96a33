package io.carrel.outcome;

import io.carrel.cgroups.limits.Bytes;
import java.time.Duration;
import java.util.OptionalLong;

/** How a command ended. Immutable. */
public sealed interface ExitStatus {

    /** Whether the command exited by itself with code 0. */
    default boolean success() {
        return code() == 0;
    }

    /** The exit code; for a command that was killed, 128 and the signal's number, as shells have it. */
    int code();

    /**
     * The command exited by itself.
     *
     * @param code its exit code, 0 to 255
     */
    record Exited(int code) implements ExitStatus {}

    /**
     * A signal ended the command.
     *
     * @param signal the signal's number
     */
    record Signaled(int signal) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + signal;
        }
    }

    /**
     * The container was ended, as its time was up; or it did not begin in time, as nobody opened the other end of a FIFO.
     *
     * @param timeout how long it had
     */
    record TimedOut(Duration timeout) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + SIGKILL;
        }
    }

    /**
     * More was printed than was to be captured, and the rest is lost: the container was ended, if it had not ended itself.
     *
     * @param bytes the most that was to be captured of each stream
     */
    record OutputLimit(long bytes) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + SIGKILL;
        }
    }

    /**
     * The command ended by a {@code SIGKILL} that was not this JVM's, and the kernel had ended processes of the container, as its memory
     * was used up. The kernel counts whom it ended and does not name them, so a command that kills itself afterwards ends like this, too.
     * One that lives on when the kernel ends a process below it says itself what became of that; {@code ContainerResult.oomKills()} tells
     * of both.
     *
     * @param limit the most memory that it could have, {@link Bytes#MAX} where only the host's was the limit
     * @param peak the most bytes that it had; empty where the kernel does not tell (v2 before Linux 5.19)
     */
    record OutOfMemory(Bytes limit, OptionalLong peak) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + SIGKILL;
        }
    }

    /** What shells add to a signal's number. */
    int KILLED_BY = 128;

    /** The number of the signal by which containers are ended. */
    int SIGKILL = 9;
}
