/** Names, answered by this JVM. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.dns;
