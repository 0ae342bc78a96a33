/** Reads tar archives, byte for byte: names and extended attributes that are no valid text stay what they are. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.internal.tar;
