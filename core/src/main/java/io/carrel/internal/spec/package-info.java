/** The parts of a definition, as pure values that check what concerns them. */
@org.jspecify.annotations.NullMarked
package io.carrel.internal.spec;
