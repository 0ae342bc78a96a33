/**
 * Archives as bytes: names and extended attributes that are no valid text stay what they are. The headers are read by
 * commons-compress.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.images.archive;
