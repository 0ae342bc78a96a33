package io.carrel.containers;

import io.carrel.linux.ContainerException;
import java.nio.file.Path;

/**
 * A container whose record cannot be read: it is of a later version, or damaged, or the file cannot be read. All that
 * belongs to it is left as it is. Immutable.
 *
 * @param id its id
 * @param directory where it is kept
 * @param failure why it cannot be read
 */
public record UnreadableRecord(ContainerId id, Path directory, ContainerException failure) {}
