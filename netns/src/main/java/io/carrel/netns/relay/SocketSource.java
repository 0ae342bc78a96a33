package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;

/** Where sockets come from, and so to which network they belong. Thread-safe. */
@FunctionalInterface
public interface SocketSource {

    /**
     * Returns a new socket that does not block, which is the caller's to close.
     *
     * @throws io.carrel.linux.SyscallException if there is none
     */
    Descriptor take(SocketKind kind);
}
