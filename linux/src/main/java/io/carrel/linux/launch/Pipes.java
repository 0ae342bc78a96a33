package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;

/** What is asked and set of this JVM's ends of pipes. */
public final class Pipes {

    private Pipes() {}

    /** Reads and writes by this end return at once; the other end is not affected. */
    static void doNotBlock(Descriptor pipe) {
        Kernel.fcntl("Cannot use a pipe of " + pipe, pipe, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
    }

    /** How many bytes are in the pipe. */
    public static int available(Descriptor pipe) {
        return Kernel.ioctlInt(pipe, Waiting.FIONREAD).orElse(0);
    }
}
