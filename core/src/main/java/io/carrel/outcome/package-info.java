/** How containers end: the statuses of their commands, and the stages at which starts fail. */
@org.jspecify.annotations.NullMarked
package io.carrel.outcome;
