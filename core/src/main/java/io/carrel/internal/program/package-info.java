/**
 * The program of system calls by which a container's processes begin: the one place that knows the order of their
 * steps.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.program;
