/**
 * What other modules bring: images and archives, which the artifact {@code carrel-images} has. A program that only
 * isolates commands does without, so they are looked for when they are asked for, with {@link java.util.ServiceLoader}.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.fs.spi;
