/**
 * Network namespaces and what is in them: links, addresses, routes, neighbours; bridges that containers share.
 *
 * <p>Everything is asked of the kernel directly, over netlink: no {@code ip} and no {@code nft} program is needed.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.netns;
