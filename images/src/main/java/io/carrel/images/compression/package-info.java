/** How archives are compressed, and how much may come of one. */
@org.jspecify.annotations.NullMarked
package io.carrel.images.compression;
