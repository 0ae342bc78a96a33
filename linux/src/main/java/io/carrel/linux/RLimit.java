package io.carrel.linux;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * A limit that the kernel keeps for each process. Immutable.
 *
 * @param resource what is limited
 * @param soft the limit in force, in the resource's unit, or {@link #UNLIMITED}
 * @param hard the most to which the command may raise it; a hard limit above this JVM's own takes
 *     {@code CAP_SYS_RESOURCE}
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</a>
 */
public record RLimit(Resource resource, long soft, long hard) {

    /** No limit: RLIM_INFINITY. */
    public static final long UNLIMITED = -1;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is negative, or the soft limit is above the hard one
     */
    public RLimit {
        requireNonNull(resource, "resource");
        checkArgument(soft >= UNLIMITED && hard >= UNLIMITED, "a limit must not be negative: %s, %s", soft, hard);
        checkArgument(
                hard == UNLIMITED || (soft != UNLIMITED && soft <= hard),
                "the soft limit %s is above the hard limit %s",
                soft,
                hard);
    }

    /**
     * Creates a limit with the same value for both limits.
     *
     * @throws IllegalArgumentException if the value is negative and not {@link #UNLIMITED}
     */
    public static RLimit of(Resource resource, long value) {
        return new RLimit(resource, value, value);
    }

    /** What can be limited, in the order of the kernel's numbers. */
    public enum Resource {
        /**
         * CPU time in seconds, of each process alone. At the soft limit the kernel sends {@code SIGXCPU}, and again
         * each second after it, at the hard one {@code SIGKILL}. Where both are the same, as {@link RLimit#of} makes
         * them, only {@code SIGKILL} comes, which looks like any other; with a hard limit of a second more the command
         * ends as {@code Signaled[24]}.
         */
        CPU,
        /** The size of files written, in bytes. */
        FSIZE,
        /** The data segment, in bytes. */
        DATA,
        /** The stack, in bytes. */
        STACK,
        /** Core files, in bytes. */
        CORE,
        /** Has no effect on Linux. */
        RSS,
        /** Processes of this user. */
        NPROC,
        /** One more than the highest descriptor. */
        NOFILE,
        /** Locked memory, in bytes. */
        MEMLOCK,
        /** Address space, in bytes. */
        AS,
        /** Has no effect on Linux. */
        LOCKS,
        /** Queued signals. */
        SIGPENDING,
        /** POSIX message queues, in bytes. */
        MSGQUEUE,
        /** 20 less the lowest nice value. */
        NICE,
        /** Real-time priority. */
        RTPRIO,
        /** Real-time CPU time without a blocking call, in microseconds. */
        RTTIME;

        /** Returns the kernel's name, for example {@code RLIMIT_NOFILE}. */
        public String symbol() {
            return "RLIMIT_" + name();
        }
    }
}
