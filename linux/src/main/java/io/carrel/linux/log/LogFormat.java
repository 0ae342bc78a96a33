package io.carrel.linux.log;

import io.carrel.linux.uapi.Struct;

/**
 * The files of a container's log. All numbers are little-endian. Some files of a size of their own make a ring, in
 * which the writer goes on with the oldest when the newest is full. Each begins with its place in the whole log, and
 * then come frames:
 *
 * <pre>
 *  file                                               frame
 * ┌───────────┬──────────────┬─────────┐     ┌────────────┬────────────┬─────────────┬─────────────────┬──────────┬─────────┬──────┐
 * │ magic u64 │ sequence u64 │ key u64 │     │ length u32 │ stream u32 │ seconds i64 │ nanoseconds i64 │ lost u64 │ key u64 │ text │
 * └───────────┴──────────────┴─────────┘     └────────────┴────────────┴─────────────┴─────────────────┴──────────┴─────────┴──────┘
 * </pre>
 *
 * The stream is 1 or 2, or 1 for a terminal; the time is since 1970; {@code lost} says how many bytes the writer could
 * not write until then, in all. A frame is what one read gave, wherever lines end.
 *
 * <p>A file that is begun again keeps what is in it until that is overwritten: to give pages back and get new ones
 * costs more than to copy what is written. So a frame is one only if it has the file's key, which is new in each round
 * and nothing that a command could guess and have written itself. It is written after the text.
 */
public final class LogFormat {

    /** What every file begins with: {@code CARRLOG1}. */
    public static final long MAGIC = 0x31474f4c52524143L;
    /** The size of what a file begins with. */
    public static final int FILE_HEADER = 24;
    /** Where in it the place of the file is, counted from 1. */
    public static final int SEQUENCE = 8;
    /** Where in it the key is. */
    public static final int FILE_KEY = 16;
    /** The size of what a frame begins with. */
    public static final int FRAME_HEADER = 40;
    /** Where in it the length is, in bytes; the stream is behind it. */
    public static final int LENGTH = 0;
    /** Where the stream is. */
    public static final int STREAM = 4;
    /** Where the time is, as {@code struct timespec}. */
    public static final int SECONDS = 8;
    /** Where it is said how many bytes were lost before, in all. */
    public static final int LOST = 24;
    /** Where the key is. */
    public static final int FRAME_KEY = 32;
    /** The longest text of a frame, in bytes. */
    public static final int LONGEST_TEXT = 256 * 1024;

    private LogFormat() {}

    /** Returns what a file begins with. */
    public static byte[] fileHeader(long sequence, long key) {
        return Struct.ofSize(FILE_HEADER).u64(MAGIC).u64(sequence).u64(key).toBytes();
    }
}
