package io.carrel.benchmarks;

import java.io.IOException;

/** Starts one command in one way, as often as it is asked to, from any thread. */
interface Contestant extends AutoCloseable {

    Process start() throws IOException;

    /** Removes what the contestant left on the host. */
    @Override
    default void close() {}
}
