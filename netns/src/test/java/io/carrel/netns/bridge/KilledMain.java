package io.carrel.netns.bridge;

import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A JVM that puts two containers on a network, publishes ports, says so, and waits to be killed. */
final class KilledMain {

    private KilledMain() {}

    /** The arguments are the state directory and the network. */
    public static void main(String[] arguments) throws IOException {
        Networks networks = Networks.open(Path.of(arguments[0]));
        NetworkNamespace one = NetworkNamespace.create();
        NetworkNamespace two = NetworkNamespace.create().persist("left");
        Attachment first = networks.attach(arguments[1], one.namespace(), Endpoint.first());
        Attachment second = networks.attach(arguments[1], two.namespace(), Endpoint.first());
        first.publish(List.of(PortMapping.parse("8080:80"), PortMapping.parse("5353:53/udp")));
        second.publish(List.of(PortMapping.parse("127.0.0.1:8081:80")));
        System.out.println("ready");
        int ignored = System.in.read();
        System.exit(ignored);
    }
}
