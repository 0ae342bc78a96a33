package io.carrel.containers;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.linux.Signal;
import io.carrel.linux.log.ExitRecord;
import io.carrel.outcome.ExitStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The file {@code exit} of a container: what an init writes into it, and behind that, where a JVM has ended the
 * container, why, as a number of {@link Reason} and two of what belongs to it.
 */
final class ExitFile {

    private static final int REASON = ExitRecord.SIZE;
    private static final int SIZE = REASON + 3 * Long.BYTES;

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
        ByteBuffer all = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        ExitStatus status = exit.status();
        all.put(new ExitRecord(waitStatus(status), exit.finished(), exit.usage(), 0).format());
        if (status instanceof ExitStatus.TimedOut timedOut) {
            all.putLong(Reason.TIME.ordinal()).putLong(timedOut.timeout().toNanos());
        } else if (status instanceof ExitStatus.CpuTimeExceeded exceeded) {
            all.putLong(Reason.CPU_TIME.ordinal()).putLong(exceeded.limit().toNanos());
        } else if (status instanceof ExitStatus.OutputLimit tooMuch) {
            all.putLong(Reason.OUTPUT.ordinal()).putLong(tooMuch.bytes());
        } else if (status instanceof ExitStatus.OutOfMemory memory) {
            all.putLong(Reason.MEMORY.ordinal()).putLong(memory.limit().value());
            all.putLong(memory.peak().orElse(-1));
        }
        return all.array();
    }

    private static int waitStatus(ExitStatus status) {
        if (status instanceof ExitStatus.Exited exited) {
            return exited.code() << 8;
        }
        return status instanceof ExitStatus.Signaled signaled ? signaled.signal() : Signal.KILL.number();
    }

    /** Reads it; empty before the end, and for what a machine that went down has left. */
    static Optional<ContainerExit> parse(byte[] bytes) {
        return ExitRecord.parse(bytes)
                .map(end -> new ContainerExit(
                        reason(bytes).orElseGet(() -> status(end.waitStatus())), end.time(), end.usage()));
    }

    private static ExitStatus status(int waitStatus) {
        int signal = waitStatus & 0x7f;
        return signal == 0 ? new ExitStatus.Exited(waitStatus >> 8 & 0xff) : new ExitStatus.Signaled(signal);
    }

    private static Optional<ExitStatus> reason(byte[] bytes) {
        if (bytes.length < SIZE) {
            return Optional.empty();
        }
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(REASON);
        long reason = all.getLong();
        long value = all.getLong();
        long second = all.getLong();
        if (reason == Reason.TIME.ordinal()) {
            return Optional.of(new ExitStatus.TimedOut(Duration.ofNanos(value)));
        }
        if (reason == Reason.CPU_TIME.ordinal()) {
            return Optional.of(new ExitStatus.CpuTimeExceeded(Duration.ofNanos(value)));
        }
        if (reason == Reason.OUTPUT.ordinal()) {
            return Optional.of(new ExitStatus.OutputLimit(value));
        }
        return reason == Reason.MEMORY.ordinal()
                ? Optional.of(new ExitStatus.OutOfMemory(
                        new Bytes(value), second < 0 ? OptionalLong.empty() : OptionalLong.of(second)))
                : Optional.empty();
    }
}
