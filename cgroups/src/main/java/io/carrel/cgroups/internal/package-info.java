/** Where the hierarchies are, and how their directories and files are handled. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal;
