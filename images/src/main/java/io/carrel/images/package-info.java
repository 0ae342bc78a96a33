/**
 * A store of images: what is published as a root file system together with how to start it. On disk it is an OCI image layout
 * beside the unpacked layers, from which overlayfs builds a root.
 *
 * @see <a href="https://github.com/opencontainers/image-spec">OCI image format specification</a>
 */
@org.jspecify.annotations.NullMarked
package io.carrel.images;
