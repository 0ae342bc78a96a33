package io.carrel.containers;

import java.time.Instant;

/**
 * A line of what a container's command has said. The array is the receiver's.
 *
 * @param time when the beginning of it was there
 * @param stream 1 for standard output or a terminal, 2 for standard error
 * @param text the bytes, with the end of the line if it has one
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record LogLine(Instant time, int stream, byte[] text) {}
