/** The kernel's user-space interface: system-call numbers, constants and structures under their C names. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.uapi;
