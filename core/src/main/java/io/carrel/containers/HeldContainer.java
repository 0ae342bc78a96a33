package io.carrel.containers;

import io.carrel.linux.binding.Lease;

/**
 * A container's directory, and the lock by which somebody holds the container. Immutable.
 *
 * @param directory where it is kept
 * @param lease that nobody else has it
 */
record HeldContainer(StateDirectory directory, Lease lease) implements AutoCloseable {

    @Override
    public void close() {
        lease.close();
    }
}
