/**
 * What the tests of all modules share. The modules that need it compile it with their own tests, as a module of its own
 * for them would have to be published or left out of {@code -Dmaven.test.skip}.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.testing;
