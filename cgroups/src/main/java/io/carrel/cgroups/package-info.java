/** Control groups v1, v2 and hybrid: limits, metering, events, freezer, devices. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups;
