/** Mounts roots of containers on the host, for other programs. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.mounts;
