package io.carrel.outcome;

import io.carrel.cgroups.limits.Bytes;
import java.time.Duration;
import java.util.OptionalLong;

/** How a command ended. Immutable. */
public sealed interface ExitStatus {

    /** Returns whether the command exited by itself with code 0. */
    default boolean success() {
        return code() == 0;
    }

    /** Returns the exit code; for a command that was killed, 128 and the signal's number, as shells have it. */
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
     * The container was killed because its time was up, or it could not begin in time because nobody opened the other
     * end of a FIFO.
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
     * The container used up its CPU time. It was killed, unless it ended by itself before that was seen.
     *
     * @param limit how much it had
     */
    record CpuTimeExceeded(Duration limit) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + SIGKILL;
        }
    }

    /**
     * More was printed than was to be captured, and the rest is lost. The container was killed unless it had ended by
     * itself.
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
     * The command was ended by a {@code SIGKILL} that was not this JVM's, and the kernel had killed processes of the
     * container because memory ran out. The kernel counts whom it kills and does not name them, so a command that kills
     * itself afterwards ends like this, too. A command that survives the killing of a process below it reports itself
     * what became of that; {@code ContainerResult.oomKills()} tells of both.
     *
     * @param limit the most memory that it could have; {@link Bytes#MAX} if only the host's was the limit
     * @param peak the most bytes that it had; empty where the kernel does not tell (v2 before Linux 5.19)
     */
    record OutOfMemory(Bytes limit, OptionalLong peak) implements ExitStatus {
        @Override
        public int code() {
            return KILLED_BY + SIGKILL;
        }
    }

    /** The number that shells add to that of a signal. */
    int KILLED_BY = 128;

    /** The number of the signal by which containers are ended. */
    int SIGKILL = 9;
}
