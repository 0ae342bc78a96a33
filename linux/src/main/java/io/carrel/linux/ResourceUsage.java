package io.carrel.linux;

import java.time.Duration;

/**
 * What a process and those that it waited for used: the start of {@code struct rusage}. Of a container it is what its
 * processes used, from its command's start to its end. Immutable.
 *
 * @param userTime CPU time in user mode
 * @param systemTime CPU time in the kernel
 * @param maxResidentBytes the largest resident set of one of these processes
 * @see <a href="https://man7.org/linux/man-pages/man2/getrusage.2.html">getrusage(2)</a>
 */
public record ResourceUsage(Duration userTime, Duration systemTime, long maxResidentBytes) {}
