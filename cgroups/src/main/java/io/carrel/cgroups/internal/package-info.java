/** How the limits of groups are put in force. */
@org.jspecify.annotations.NullMarked
package io.carrel.cgroups.internal;
