/** Starts programs as processes and watches them. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.launch;
