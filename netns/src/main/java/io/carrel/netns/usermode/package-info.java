/** Networks of ordinary users: pasta or slirp4netns by the side of a network namespace. */
@org.jspecify.annotations.NullMarked
package io.carrel.netns.usermode;
