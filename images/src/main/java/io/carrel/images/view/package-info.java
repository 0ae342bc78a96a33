/**
 * Reads images as a {@link java.nio.file.FileSystem}: what a container would see, without mounting or unpacking
 * anything, on any operating system. {@link io.carrel.images.view.ImageFileSystem} is the way in.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.images.view;
