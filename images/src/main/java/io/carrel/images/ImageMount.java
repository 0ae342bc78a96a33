package io.carrel.images;

import io.carrel.images.layers.Digest;
import java.nio.file.Path;

/**
 * Names an image that is mounted on a directory of the host. Immutable, so safe for use by several threads.
 *
 * @param image the digest of its manifest
 * @param directory a real path
 */
public record ImageMount(Digest image, Path directory) {}
