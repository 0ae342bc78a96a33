/** Puts rules about devices in force: as a program on v2, as a list on v1. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.devices;
