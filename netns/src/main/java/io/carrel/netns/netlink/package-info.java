/** Netlink: messages, attributes and the sockets that carry them. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.netlink;
