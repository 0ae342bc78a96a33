/** Sockets inside other network namespaces, and what is relayed between them and the host's. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.relay;
