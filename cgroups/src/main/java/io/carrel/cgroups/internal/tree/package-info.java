/** Says where new groups go, makes their directories, gives them away and removes them. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.tree;
