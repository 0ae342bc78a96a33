package io.carrel.linux.log;

import io.carrel.linux.Descriptor;
import io.carrel.linux.HostFileException;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a container ended, as its init writes it, or the JVM where the init ends with it. The file has its whole size
 * from the start, in zeroes, so that no full disk keeps the end from being written. Immutable.
 *
 * <pre>
 * ┌───────────┬────────────┬─────────────┬─────────────────┬──────────────────┬──────────┬───────────────┐
 * │ magic u64 │ status i64 │ seconds i64 │ nanoseconds i64 │ usage known u64  │ lost u64 │ struct rusage │
 * └───────────┴────────────┴─────────────┴─────────────────┴──────────────────┴──────────┴───────────────┘
 * </pre>
 *
 * @param waitStatus the command's, as {@code wait4} gives it
 * @param time when
 * @param usage what all of its processes have used, empty where that is not known
 * @param lostLogBytes how many bytes of what it said the log does not have
 */
public record ExitRecord(int waitStatus, Instant time, Optional<ResourceUsage> usage, long lostLogBytes) {

    /** What the file begins with: {@code CARREND1}. */
    public static final long MAGIC = 0x31444e4552524143L;

    public static final int MAGIC_AT = 0;
    public static final int STATUS = 8;
    public static final int SECONDS = 16;
    public static final int USAGE_KNOWN = 32;
    public static final int LOST = 40;
    /** Where {@code struct rusage} is. */
    public static final int RUSAGE = 48;

    public static final int RUSAGE_SIZE = 144;
    public static final int SIZE = RUSAGE + RUSAGE_SIZE;

    private static final long MICROS = 1_000;

    /** Makes the file, in which there is no end yet; one that is there is emptied. */
    public static Descriptor create(Path file) {
        Descriptor made = Kernel.open(
                "Cannot make the file for the container's end",
                file.toString(),
                Fcntl.O_RDWR.or(Fcntl.O_CREAT).or(Fcntl.O_TRUNC));
        try {
            TransferCalls.write(made, new byte[SIZE]);
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** Reads it; empty if there is no end yet, or no file. */
    public static Optional<ExitRecord> read(Path file) {
        try {
            return parse(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostFileException("Cannot read how the container ended", file, e);
        }
    }

    /** Does the same with the file's content; empty, too, if that is damaged. */
    public static Optional<ExitRecord> parse(byte[] content) {
        if (content.length < SIZE) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getLong(MAGIC_AT) != MAGIC) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ExitRecord(
                    (int) buffer.getLong(STATUS),
                    Instant.ofEpochSecond(buffer.getLong(SECONDS), buffer.getLong(SECONDS + Long.BYTES)),
                    buffer.getLong(USAGE_KNOWN) == 0 ? Optional.empty() : Optional.of(usage(buffer)),
                    buffer.getLong(LOST)));
        } catch (DateTimeException | ArithmeticException damaged) {
            return Optional.empty();
        }
    }

    private static ResourceUsage usage(ByteBuffer buffer) {
        return new ResourceUsage(
                time(buffer, RUSAGE),
                time(buffer, RUSAGE + 2 * Long.BYTES),
                buffer.getLong(RUSAGE + 4 * Long.BYTES) * 1024);
    }

    private static Duration time(ByteBuffer buffer, int at) {
        return Duration.ofSeconds(buffer.getLong(at)).plusNanos(buffer.getLong(at + Long.BYTES) * MICROS);
    }

    /** Returns the file's content, which {@link #parse} reads. */
    public byte[] format() {
        Struct content = Struct.ofSize(SIZE)
                .u64(MAGIC)
                .u64(waitStatus)
                .u64(time.getEpochSecond())
                .u64(time.getNano())
                .u64(usage.isPresent() ? 1 : 0)
                .u64(lostLogBytes);
        usage.ifPresent(known -> write(content, known));
        return content.toBytes();
    }

    private static void write(Struct content, ResourceUsage usage) {
        for (Duration time : List.of(usage.userTime(), usage.systemTime())) {
            content.u64(time.toSeconds()).u64(time.toNanosPart() / MICROS);
        }
        content.u64(usage.maxResidentBytes() / 1024);
    }
}
