@org.jspecify.annotations.NullMarked
package io.carrel.cli.template;
