package io.carrel.containers;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.Signal;
import io.carrel.outcome.ExitStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The file {@code exit} of a container: empty until its end, and then a record of a fixed size, in the machine's byte order, which the
 * container's init can write as well as a JVM. Immutable.
 *
 * <p>It is: magic and version; the wait status of wait4(2); seconds and nanoseconds of {@code CLOCK_REALTIME}; {@code struct rusage}; and
 * why a JVM ended it, as a number of {@link Reason} with what belongs to that. The last is 0 where an init has written it.
 */
final class ExitFile {

    static final int SIZE = 208;

    private static final long MAGIC = 0x0001_5449_5845_4c43L;
    private static final int USAGE = 32;
    private static final int MAX_RESIDENT = USAGE + 4 * Long.BYTES;
    private static final int REASON = USAGE + 144;
    private static final int KIB = 1024;
    private static final int MICROS = 1_000_000;

    /** Why it ended, besides what the wait status says. */
    private enum Reason {
        ITSELF,
        TIME,
        OUTPUT,
        MEMORY,
        CPU_TIME
    }

    private ExitFile() {}

    static byte[] format(ContainerExit exit) {
        ByteBuffer all = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        all.putLong(MAGIC).putLong(waitStatus(exit.status()));
        Instant finished = exit.finished();
        all.putLong(finished.getEpochSecond()).putLong(finished.getNano());
        exit.usage().ifPresent(usage -> {
            putTime(all, usage.userTime());
            putTime(all, usage.systemTime());
            all.putLong(usage.maxResidentBytes() / KIB);
        });
        all.position(REASON);
        if (exit.status() instanceof ExitStatus.TimedOut timedOut) {
            all.putLong(Reason.TIME.ordinal()).putLong(timedOut.timeout().toNanos());
        } else if (exit.status() instanceof ExitStatus.CpuTimeExceeded exceeded) {
            all.putLong(Reason.CPU_TIME.ordinal()).putLong(exceeded.limit().toNanos());
        } else if (exit.status() instanceof ExitStatus.OutputLimit tooMuch) {
            all.putLong(Reason.OUTPUT.ordinal()).putLong(tooMuch.bytes());
        } else if (exit.status() instanceof ExitStatus.OutOfMemory memory) {
            all.putLong(Reason.MEMORY.ordinal()).putLong(memory.limit().value());
            all.putLong(memory.peak().orElse(-1));
        }
        return all.array();
    }

    private static long waitStatus(ExitStatus status) {
        if (status instanceof ExitStatus.Exited exited) {
            return (long) exited.code() << 8;
        }
        return status instanceof ExitStatus.Signaled signaled ? signaled.signal() : Signal.KILL.number();
    }

    private static void putTime(ByteBuffer all, Duration time) {
        all.putLong(time.toSeconds()).putLong(time.toNanosPart() / 1000);
    }

    /** Reads it; empty before the end, and for what a machine that went down has left. */
    static Optional<ContainerExit> parse(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (bytes.length < SIZE || all.getLong(0) != MAGIC) {
            return Optional.empty();
        }
        Instant finished = Instant.ofEpochSecond(all.getLong(16), all.getLong(24));
        return Optional.of(new ContainerExit(status(all), finished, usage(all)));
    }

    private static ExitStatus status(ByteBuffer all) {
        int waitStatus = (int) all.getLong(8);
        long reason = all.getLong(REASON);
        long value = all.getLong(REASON + Long.BYTES);
        if (reason == Reason.TIME.ordinal()) {
            return new ExitStatus.TimedOut(Duration.ofNanos(value));
        }
        if (reason == Reason.CPU_TIME.ordinal()) {
            return new ExitStatus.CpuTimeExceeded(Duration.ofNanos(value));
        }
        if (reason == Reason.OUTPUT.ordinal()) {
            return new ExitStatus.OutputLimit(value);
        }
        if (reason == Reason.MEMORY.ordinal()) {
            long peak = all.getLong(REASON + 2 * Long.BYTES);
            return new ExitStatus.OutOfMemory(
                    new Bytes(value), peak < 0 ? OptionalLong.empty() : OptionalLong.of(peak));
        }
        int signal = waitStatus & 0x7f;
        return signal == 0 ? new ExitStatus.Exited(waitStatus >> 8 & 0xff) : new ExitStatus.Signaled(signal);
    }

    /** A command that ran has had memory. */
    private static Optional<ResourceUsage> usage(ByteBuffer all) {
        long resident = all.getLong(MAX_RESIDENT) * KIB;
        return resident == 0
                ? Optional.empty()
                : Optional.of(new ResourceUsage(time(all, USAGE), time(all, USAGE + 2 * Long.BYTES), resident));
    }

    private static Duration time(ByteBuffer all, int at) {
        return Duration.ofSeconds(all.getLong(at)).plusNanos(all.getLong(at + Long.BYTES) % MICROS * 1000);
    }
}
