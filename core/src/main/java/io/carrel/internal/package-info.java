/** From a container's definition to the program that starts it. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal;
