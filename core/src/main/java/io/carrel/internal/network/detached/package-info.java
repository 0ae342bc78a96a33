/** The network of a container that outlives the JVM by which it was started. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.network.detached;
