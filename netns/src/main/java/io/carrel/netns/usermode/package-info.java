/** Connects network namespaces of ordinary users by a helper process, pasta or slirp4netns. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.usermode;
