/** A running container's command, as the host's {@code /proc} shows it. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.inspect;
