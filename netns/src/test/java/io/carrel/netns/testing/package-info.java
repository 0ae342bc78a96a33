/** What the tests of networks share. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.testing;
