/** Waits for changes of a group's files. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.events;
