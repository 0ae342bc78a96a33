/** The firewall's table of ours, written over nfnetlink. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.nft;
