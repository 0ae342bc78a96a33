/**
 * Describes what a container sees as its files: root file systems, binds, volumes and file systems in memory. All types
 * are immutable values that touch nothing; only the start of a container reads or mounts what they name.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.fs;
