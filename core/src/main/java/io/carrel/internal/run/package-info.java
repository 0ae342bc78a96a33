/** A running container: what it prints, and why it ends. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.run;
