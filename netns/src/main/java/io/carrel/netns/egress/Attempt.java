package io.carrel.netns.egress;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.Protocol;
import io.carrel.netns.relay.Dial;
import io.carrel.netns.relay.Loop;
import io.carrel.netns.relay.SocketKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that is being made, and can be given up. Only for the relay's thread, which is told of the outcome. */
final class Attempt {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Loop loop;
    private final Destinations destinations;
    private final Consumer<Upstream.Outcome> told;
    private @Nullable Dial dial;
    private @Nullable Descriptor socket;
    private boolean cancelled;

    Attempt(Upstream upstream, Consumer<Upstream.Outcome> told) {
        loop = upstream.loop();
        destinations = upstream.destinations();
        this.told = told;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Nobody is told of the outcome. Only for the relay's thread. */
    void cancel() {
        cancelled = true;
        if (dial != null && dial.isPending()) {
            dial.cancel();
            if (socket != null) {
                socket.close();
            }
        }
    }

    /** Connects to the first of these addresses that answers. */
    void connect(List<InetAddress> addresses, int port, String reason) {
        if (addresses.isEmpty()) {
            told.accept(new Upstream.Outcome(null, null, reason));
            return;
        }
        InetAddress address = addresses.get(0);
        List<InetAddress> others = addresses.subList(1, addresses.size());
        Optional<Destinations.Refusal> refusal = destinations.refusal(address);
        if (refusal.isPresent()) {
            // It has become the host's since the name was resolved.
            connect(others, port, refusal.get().of(List.of(address)));
            return;
        }
        Descriptor open;
        try {
            SocketKind kind = SocketKind.of(Protocol.TCP, address);
            open = SocketCalls.socket(
                    "Cannot connect to " + address,
                    kind.family(),
                    kind.type().or(Sockets.SOCK_NONBLOCK),
                    Constant.of(0));
        } catch (SyscallException e) {
            connect(others, port, e.errno().symbol());
            return;
        }
        socket = open;
        dial = Dial.start(loop, open, new InetSocketAddress(address, port), PATIENCE, errno -> {
            if (Dial.succeeded(errno)) {
                told.accept(new Upstream.Outcome(open, address, ""));
            } else {
                open.close();
                connect(others, port, address.getHostAddress() + ": " + errno.symbol());
            }
        });
    }
}
