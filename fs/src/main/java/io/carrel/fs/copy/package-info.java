/**
 * Copies between the host and the root directory of a container, which may be hostile, and tells what a container has
 * changed.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.copy;
