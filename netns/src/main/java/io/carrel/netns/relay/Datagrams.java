package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.binding.SocketCalls.Datagram;
import io.carrel.linux.launch.DescriptorWatches;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what comes to a socket for datagrams, some at a time, so that others have their turn. Owns the socket. Only for
 * the loop's thread.
 */
public final class Datagrams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Datagrams.class);
    private static final String DOING = "Cannot receive a datagram";
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_FAILURES = 8;

    private final Loop loop;
    private final Descriptor socket;
    private final int largest;
    private final Consumer<Datagram> receiver;
    private final DescriptorWatches.Watch watch;

    /** Hands over what comes from now on; what is larger is cut off. */
    public Datagrams(Loop loop, Descriptor socket, int largest, Consumer<Datagram> receiver) {
        this.loop = loop;
        this.socket = socket;
        this.largest = largest;
        this.receiver = receiver;
        watch = loop.watch(socket, events -> receive());
    }

    /**
     * Changes are told once, so it goes on until nothing is left, also after an error: that an earlier datagram reached
     * nobody is told by the next call, and stands in front of what has come.
     */
    private void receive() {
        int failures = 0;
        for (int i = 0; socket.isOpen() && failures < MOST_FAILURES; i++) {
            if (i == MOST_AT_ONCE) {
                loop.execute(this::receive);
                return;
            }
            try {
                Optional<Datagram> datagram = SocketCalls.receiveFrom(DOING, socket, largest);
                if (datagram.isEmpty()) {
                    return;
                }
                receiver.accept(datagram.get());
            } catch (SyscallException refused) {
                LOG.trace("An earlier datagram reached nobody, or this one was not relayed", refused);
                failures++;
            }
        }
    }

    /** Sends one; what does not fit, or reaches nobody, is lost, as datagrams are. */
    static void send(Descriptor socket, byte[] content, byte[] name) {
        try {
            SocketCalls.sendTo("Cannot send a datagram", socket, content, name);
        } catch (SyscallException refused) {
            LOG.trace("A datagram is lost", refused);
        }
    }

    /** Answers from the socket; see {@link #send}. */
    public void answer(byte[] content, byte[] name) {
        if (socket.isOpen()) {
            send(socket, content, name);
        }
    }

    /** Receives no more; later calls do nothing. */
    @Override
    public void close() {
        if (socket.isOpen()) {
            watch.close();
            socket.close();
        }
    }
}
