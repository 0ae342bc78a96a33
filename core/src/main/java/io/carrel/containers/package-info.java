/**
 * Running containers as other JVMs know them: their names, ids, labels and processes, noted in the storage of their
 * user.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.containers;
