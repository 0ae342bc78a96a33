package io.carrel.images.archive;

/**
 * What is held in memory for one entry at most. Immutable.
 *
 * @param headerBytes its headers: long names, extended attributes
 * @param mapBytes the map of a sparse file
 */
public record TarLimits(long headerBytes, long mapBytes) {}
