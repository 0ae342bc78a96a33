/** Compresses and decompresses archives, and limits how much may come of one. */
@org.jspecify.annotations.NullMarked
package io.carrel.images.compression;
