/** Steps of the host's: how they are done in order, undone in reverse, and listed. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.step;
