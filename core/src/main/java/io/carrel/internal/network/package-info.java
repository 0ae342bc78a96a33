/** In which way a container has a network, and what the host does for it. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.network;
