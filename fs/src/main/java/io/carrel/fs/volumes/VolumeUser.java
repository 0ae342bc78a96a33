package io.carrel.fs.volumes;

/**
 * Names a JVM that runs a container with a volume. Immutable, so safe for use by several threads.
 *
 * @param pid its pid; 0 if that is not known
 * @param startTicks when it started, in the clock ticks of {@code /proc/PID/stat}: a pid alone may be another's by now
 */
public record VolumeUser(long pid, long startTicks) {}
