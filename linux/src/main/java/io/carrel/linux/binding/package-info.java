/** The binding to libc. The only package that knows JNA. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.binding;
