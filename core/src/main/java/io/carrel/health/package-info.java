/** Whether a running container works, by a command that finds out: what is checked, and what came of it. */
@org.jspecify.annotations.NullMarked
package io.carrel.health;
