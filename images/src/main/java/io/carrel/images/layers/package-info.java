/** Applies layers of images, which are archives, to directories, and makes them of directories. */
@org.jspecify.annotations.NullMarked
package io.carrel.images.layers;
