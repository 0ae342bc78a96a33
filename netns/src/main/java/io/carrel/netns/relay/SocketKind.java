package io.carrel.netns.relay;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.Protocol;
import java.net.InetAddress;

/**
 * What the kernel has to know to make a socket. Immutable.
 *
 * @param family {@code AF_INET} or {@code AF_INET6}
 * @param type {@code SOCK_STREAM} or {@code SOCK_DGRAM}
 */
public record SocketKind(Constant family, Constant type) {

    /** Returns the kind for a protocol over the family of this address. */
    public static SocketKind of(Protocol protocol, InetAddress address) {
        return new SocketKind(
                SocketName.family(address), protocol == Protocol.TCP ? Sockets.SOCK_STREAM : Sockets.SOCK_DGRAM);
    }

    @Override
    public String toString() {
        return family + ", " + type;
    }
}
