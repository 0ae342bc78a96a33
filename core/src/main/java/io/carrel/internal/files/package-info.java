/** What the host does for a container's files: its image, its layers, the changes in them, and its volumes. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.files;
