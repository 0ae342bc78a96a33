/** Signals and freezes the processes of a group. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.processes;
