package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Waiting;

/**
 * Two connected sockets, and what flows between them in both directions until both have ended or one is broken. Owns
 * the sockets. Only for the loop's thread.
 */
final class Connection {

    private static final int INPUT = (int) (Waiting.EPOLLIN.value()
            | Waiting.EPOLLPRI.value()
            | Waiting.EPOLLRDHUP.value()
            | Waiting.EPOLLHUP.value()
            | Waiting.EPOLLERR.value());
    private static final int ROOM =
            (int) (Waiting.EPOLLOUT.value() | Waiting.EPOLLHUP.value() | Waiting.EPOLLERR.value());

    private static final int URGENT = (int) Waiting.EPOLLPRI.value();
    private static final int ERROR = (int) Waiting.EPOLLERR.value();

    private final Loop loop;
    private final Pipes pipes;
    private final Descriptor client;
    private final Descriptor server;
    private final Flow up;
    private final Flow down;
    private final Runnable closed;
    private final DescriptorWatches.Watch clientWatch;
    private final DescriptorWatches.Watch serverWatch;
    private boolean open = true;

    /**
     * Begins to relay.
     *
     * @param up what the client sends
     * @param closed what to do at the end
     */
    Connection(Loop loop, Pipes pipes, Descriptor client, Descriptor server, Flow up, Runnable closed) {
        this.loop = loop;
        this.client = client;
        this.server = server;
        this.closed = closed;
        this.pipes = pipes;
        pipes.addUser();
        this.up = up;
        down = new Flow(server, client, pipes, new byte[0]);
        prepare(client);
        prepare(server);
        clientWatch = loop.watch(client, events -> changed(events, up, down));
        serverWatch = loop.watch(server, events -> changed(events, down, up));
        loop.execute(() -> {
            run(up);
            run(down);
        });
    }

    private static void prepare(Descriptor socket) {
        String doing = "Cannot relay";
        SocketCalls.setOption(doing, socket, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);
        SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE, 1);
        SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_OOBINLINE, 1);
    }

    private void changed(int events, Flow outgoing, Flow incoming) {
        if ((events & ERROR) != 0) {
            breakOff();
            return;
        }
        if ((events & URGENT) != 0) {
            outgoing.urgentCame();
        }
        if ((events & INPUT) != 0 && outgoing.waitsForInput()) {
            run(outgoing);
        }
        if ((events & ROOM) != 0 && incoming.waitsForRoom()) {
            run(incoming);
        }
    }

    private void run(Flow flow) {
        if (!open) {
            return;
        }
        Flow.Turn turn = flow.run();
        if (turn == Flow.Turn.MORE) {
            loop.execute(() -> run(flow));
        } else if (turn == Flow.Turn.BROKEN) {
            breakOff();
        } else if (up.hasEnded() && down.hasEnded()) {
            close();
        }
    }

    private void breakOff() {
        if (open) {
            reset(client);
            reset(server);
            close();
        }
    }

    /** Lets the peer know that the connection broke: data that is lost must not look like the end of it. */
    static void reset(Descriptor socket) {
        try {
            byte[] linger = Struct.ofSize(8).u32(1).u32(0).toBytes();
            SocketCalls.setOption("Cannot reset", socket, Sockets.SOL_SOCKET, Sockets.SO_LINGER, linger);
        } catch (SyscallException alreadyGone) {
            // Then it needs no reset.
        }
    }

    /** Ends it now; later calls do nothing. */
    void close() {
        if (open) {
            open = false;
            clientWatch.close();
            serverWatch.close();
            up.close();
            down.close();
            client.close();
            server.close();
            pipes.removeUser();
            closed.run();
        }
    }
}
