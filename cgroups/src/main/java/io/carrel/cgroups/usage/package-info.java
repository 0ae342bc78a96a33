/** What groups use and have used, as values. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.usage;
