package io.carrel.linux.launch;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What a process and those it waited for used: the start of {@code struct rusage}. Immutable.
 *
 * @param userTime CPU time in user mode
 * @param systemTime CPU time in the kernel
 * @param maxResidentBytes the largest resident set of one of them
 * @see <a href="https://man7.org/linux/man-pages/man2/getrusage.2.html">getrusage(2)</a>
 */
public record ResourceUsage(Duration userTime, Duration systemTime, long maxResidentBytes) {

    static ResourceUsage parse(ByteBuffer rusage) {
        return new ResourceUsage(time(rusage), time(rusage), rusage.getLong() * 1024);
    }

    private static Duration time(ByteBuffer timeval) {
        return Duration.ofSeconds(timeval.getLong()).plusNanos(timeval.getLong() * 1000);
    }
}
