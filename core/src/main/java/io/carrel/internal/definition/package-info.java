/** A container's definition as one value, and who it is on this host. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.definition;
