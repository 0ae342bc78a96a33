/** Errors, descriptors, signals: what every module of Carrel and its callers share. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux;
