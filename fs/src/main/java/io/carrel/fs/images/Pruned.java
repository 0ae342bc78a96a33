package io.carrel.fs.images;

/**
 * What was removed from a store. Immutable.
 *
 * @param blobs how many blobs
 * @param layers how many unpacked layers
 * @param bytes how many bytes all these files had
 */
public record Pruned(int blobs, int layers, long bytes) {}
