package io.carrel.netns.testing;

import static io.carrel.netns.testing.OuterNetwork.sh;

import io.carrel.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A socat that answers in a network namespace until it is closed. */
public final class Server implements AutoCloseable {

    private final NetworkNamespace where;
    private final Process process;
    private final String sockets;

    private Server(NetworkNamespace where, Process process, String sockets) {
        this.where = where;
        this.process = process;
        this.sockets = sockets;
    }

    /** One that says something to whoever connects, by IPv4 or IPv6. */
    public static Server tcp(NetworkNamespace where, int port, String says) {
        return start(
                where, "TCP6-LISTEN:%d,fork,reuseaddr,ipv6only=0".formatted(port), port, "-tln", "SYSTEM:echo " + says);
    }

    /** One that takes all it is sent, and ends the connection then. */
    public static Server sink(NetworkNamespace where, int port) {
        return start(
                where, "TCP6-LISTEN:%d,reuseaddr,ipv6only=0".formatted(port), port, "-tln", "SYSTEM:cat >/dev/null");
    }

    /**
     * One that answers each datagram of one line. It reads it first: socat ends without an answer if nobody takes what
     * came.
     */
    public static Server udp(NetworkNamespace where, int port, String says) {
        return start(
                where,
                "UDP6-RECVFROM:%d,fork,ipv6only=0".formatted(port),
                port,
                "-uln",
                "SYSTEM:read line; echo " + says);
    }

    private static Server start(NetworkNamespace where, String listen, int port, String shown, String answer) {
        return where.call(() -> {
            try {
                Process process = new ProcessBuilder("socat", listen, answer)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String sockets = "ss -H %s 'sport = :%d' | grep -q .".formatted(shown, port);
                sh("for i in $(seq 500); do %s && exit; sleep 0.01; done; exit 1".formatted(sockets));
                return new Server(where, process, sockets);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A process that answers one datagram has the port, too. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        where.run(() -> sh("for i in $(seq 500); do %s || exit 0; sleep 0.01; done; exit 1".formatted(sockets)));
    }
}
