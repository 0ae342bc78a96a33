/** Templates of {@code --format}: what docker's users write of Go's text/template. */
@org.jspecify.annotations.NullMarked
package io.carrel.cli.template;
