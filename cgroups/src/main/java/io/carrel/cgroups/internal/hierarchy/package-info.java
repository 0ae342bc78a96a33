/** Finds the hierarchies that are mounted, and the directory and files of a group in each. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.hierarchy;
