/**
 * How long it takes to start a process, with Carrel and without. Each contestant runs the same command, and all of them
 * take turns in the same JVM, block by block, so that whatever else the machine does hits them alike.
 */
@NullMarked
package io.carrel.benchmarks;

import org.jspecify.annotations.NullMarked;
