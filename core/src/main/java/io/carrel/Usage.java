package io.carrel;

import java.time.Duration;

/**
 * What the processes of a container used, from its command's start to its end. Immutable.
 *
 * @param userTime CPU time in user mode
 * @param systemTime CPU time in the kernel
 * @param maxResidentBytes the largest resident set of one of these processes
 * @see <a href="https://man7.org/linux/man-pages/man2/getrusage.2.html">getrusage(2)</a>
 */
public record Usage(Duration userTime, Duration systemTime, long maxResidentBytes) {}
