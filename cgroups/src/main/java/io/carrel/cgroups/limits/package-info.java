/** Limits of groups as values, under the kernel's names, and what they are about: controllers, devices, amounts. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.limits;
