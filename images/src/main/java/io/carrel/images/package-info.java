/**
 * Stores images: what is published as a root file system together with how to start it. On disk a store is an OCI image
 * layout beside the unpacked layers, from which overlayfs builds a root.
 *
 * <p>A container takes an image by {@link io.carrel.fs.RootFs#image}; {@link io.carrel.images.ImageStore} is for all
 * else: loading, listing, making, saving and removing images.
 *
 * @see <a href="https://github.com/opencontainers/image-spec">OCI image format specification</a>
 */
@org.jspecify.annotations.NullMarked
package io.carrel.images;
