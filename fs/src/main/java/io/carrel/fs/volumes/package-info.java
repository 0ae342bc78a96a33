/** Keeps volumes: directories for files that outlive containers and that containers share. */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.volumes;
