/** Knows the files of each controller on both versions. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.controllers;
