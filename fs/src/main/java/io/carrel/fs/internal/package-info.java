/** The system calls that make a container's file system. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.internal;
