/** Keeps the directories of one group together. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.group;
