/** Layers of images: archives that are applied to directories, and made of them. */
@org.jspecify.annotations.NullMarked
package io.carrel.images.layers;
