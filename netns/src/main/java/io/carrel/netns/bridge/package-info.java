/**
 * Networks that containers share: bridges with addresses, published ports and names, noted in a state directory so that
 * several JVMs, and a JVM after a restart, see the same.
 *
 * <p>It stands on all other packages of this module, none of which refers to it.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.bridge;
