package io.carrel.linux.binding;

/**
 * Which file it is, whatever names it has. Immutable.
 *
 * @param fileSystem the device that its file system lies on
 * @param number its number there
 */
public record Inode(DeviceNumber fileSystem, long number) {}
