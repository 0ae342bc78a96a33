/**
 * A command line for Carrel: {@code carrel run} in the manner of docker, {@code carrel ns} in that of {@code ip netns}.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.cli;
