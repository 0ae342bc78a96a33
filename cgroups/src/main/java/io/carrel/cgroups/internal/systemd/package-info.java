/** What systemd does for a program that asks over D-Bus. Opened to the library that speaks it. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal.systemd;
