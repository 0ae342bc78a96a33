package io.carrel.linux.log;

import java.time.Instant;

/**
 * What a container's command said at a time, by one frame of its log: not a line, but as much as was there. The array
 * is the receiver's.
 *
 * @param time when it was read
 * @param stream 1 for standard output or a terminal, 2 for standard error
 * @param text the bytes
 * @param lostBefore how many bytes were lost until then, in all, because the log could not be written
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record LogEntry(Instant time, int stream, byte[] text, long lostBefore) {}
