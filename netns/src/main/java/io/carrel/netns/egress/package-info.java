/** Ways out of a container to allowed names only. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.egress;
