/** All that the host does for a start, as one list. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.start;
