package io.carrel.netns.testing;

import static io.carrel.netns.testing.OuterNetwork.sh;

import io.carrel.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A socat that answers in a network namespace until it is closed. */
public final class Server implements AutoCloseable {

    private final Process process;

    private Server(Process process) {
        this.process = process;
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

    /** One that answers each datagram of one line. It reads it first: socat ends without an answer if nobody takes what came. */
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
                sh("for i in $(seq 500); do ss -H %s 'sport = :%d' | grep -q . && exit; sleep 0.01; done; exit 1"
                        .formatted(shown, port));
                return new Server(process);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
