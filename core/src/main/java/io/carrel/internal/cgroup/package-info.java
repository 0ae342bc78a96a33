/** A container's cgroup, from its place in the plan to its end. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.cgroup;
