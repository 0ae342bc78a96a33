/** What a container sees as its files: root file systems, binds and temporary file systems. All types are immutable. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs;
