@org.jspecify.annotations.NullMarked
package io.carrel.netns.dns;
