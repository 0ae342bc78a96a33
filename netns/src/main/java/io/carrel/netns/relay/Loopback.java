package io.carrel.netns.relay;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;

/** The addresses of {@code lo}. */
final class Loopback {

    static final InetAddress IPV4 = InetAddresses.forString("127.0.0.1");
    static final InetAddress IPV6 = InetAddresses.forString("::1");

    private Loopback() {}
}
