/** What the tests of this module share: conditions, golden files, and a look at what a test leaves behind. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.testing;
