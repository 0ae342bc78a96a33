/** What the tests of this module share: conditions, a look from outside, and a look at what a test leaves behind. */
@org.jspecify.annotations.NullMarked
package io.carrel.testing;
