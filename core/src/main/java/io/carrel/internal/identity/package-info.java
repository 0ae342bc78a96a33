/** Ids: those that this JVM has on its host, those that a container may have, and the users that its files name. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.identity;
