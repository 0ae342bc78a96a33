/** System calls as data: programs, their printed form, and the interpreters and ELF file that run them. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.program;
