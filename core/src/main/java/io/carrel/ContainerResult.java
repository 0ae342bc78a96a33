package io.carrel;

import io.carrel.cgroups.usage.Usage;
import io.carrel.internal.run.Used;
import io.carrel.linux.ResourceUsage;
import io.carrel.outcome.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** How a container ended and what it printed. Immutable. */
public final class ContainerResult {

    private final ExitStatus exitStatus;
    private final byte[] stdout;
    private final byte[] stderr;
    private final Used used;
    private final Optional<Throwable> cleanupFailure;

    ContainerResult(
            ExitStatus exitStatus, byte[] stdout, byte[] stderr, Used used, Optional<Throwable> cleanupFailure) {
        this.exitStatus = exitStatus;
        this.stdout = stdout;
        this.stderr = stderr;
        this.used = used;
        this.cleanupFailure = cleanupFailure;
    }

    /** Returns how the command ended. */
    public ExitStatus exitStatus() {
        return exitStatus;
    }

    /**
     * Returns what the command wrote to standard output, as UTF-8; malformed bytes become the replacement character.
     */
    public String stdout() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Returns what the command wrote to standard error, as UTF-8; malformed bytes become the replacement character. */
    public String stderr() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /** Returns the bytes of standard output; empty where it was redirected. */
    public byte[] stdoutBytes() {
        return stdout.clone();
    }

    /** Returns the bytes of standard error; empty where it was redirected. */
    public byte[] stderrBytes() {
        return stderr.clone();
    }

    /**
     * Returns how long the container ran, from when this JVM learned that its command runs, until it learned that
     * everything had ended. On a machine whose processors are all taken this JVM may learn of both a little later. What
     * the start took is not in it. It is zero if the command has not begun.
     */
    public Duration wallTime() {
        return used.wallTime();
    }

    /**
     * Returns the CPU time that all of the container's processes used, in user mode and in the kernel, whoever ended
     * them: what the cgroup has counted, if the container has one of its own, else what {@link #usage()} says. Empty
     * where neither could tell.
     */
    public Optional<Duration> cpuTime() {
        return used.cpuTime();
    }

    /**
     * Returns the most memory, in bytes, that all of the container's processes had together, with the files that the
     * kernel kept in memory for them. Empty without a cgroup of its own, or where the kernel does not tell (cgroup v2
     * before Linux 5.19); {@link #usage()} tells of the largest single process then.
     */
    public OptionalLong peakMemory() {
        return used.peakMemory();
    }

    /**
     * Returns what the command and all others of its PID namespace used, those that Carrel killed and those that nobody
     * waited for included. Without an init ({@link ContainerBuilder#init}) or a PID namespace of its own, this is what
     * the command and the processes that it waited for used. Children for which a process has chosen not to wait, by
     * ignoring SIGCHLD, are counted by a cgroup only: {@link #cgroupUsage()}.
     *
     * <p>Empty where nobody could tell: the first process was killed, or could not tell within half a second. See
     * getrusage(2).
     */
    public Optional<ResourceUsage> usage() {
        return used.processes();
    }

    /**
     * Returns what the container's cgroup had counted at the end: CPU time, peak memory and more of all processes.
     * Empty if the container had no group of its own, as {@link ContainerBuilder#limits} gives it one.
     */
    public Optional<Usage> cgroupUsage() {
        return used.group();
    }

    /**
     * Returns how many processes of the container the kernel killed because memory ran out. This can explain an exit
     * code that was caused by the end of a process below the command. Empty without limits or a cgroup of its own, or
     * where the kernel does not count (cgroup v1 before Linux 4.13).
     */
    public OptionalLong oomKills() {
        return used.oomKills();
    }

    /**
     * Returns what could not be cleaned up after the container's end, for example because a directory of its storage is
     * gone. This does not change the result, and is logged as a warning.
     */
    public Optional<Throwable> cleanupFailure() {
        return cleanupFailure;
    }

    @Override
    public String toString() {
        return "%s, %d bytes of output, %d of errors".formatted(exitStatus, stdout.length, stderr.length);
    }
}
