/** Reads the text of kernel files: numbers, and names with numbers. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.text;
