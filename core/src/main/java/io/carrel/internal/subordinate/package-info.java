/** The host's own work on files of subordinate ids, which takes a user namespace. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.subordinate;
