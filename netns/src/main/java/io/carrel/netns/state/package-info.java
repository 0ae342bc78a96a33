/** What networks keep in files: definitions, leases of addresses, and who of several JVMs still lives. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.state;
