/** What a container's first process writes for whoever comes later: its log, and how it ended. */
@org.jspecify.annotations.NullMarked
package io.carrel.linux.log;
