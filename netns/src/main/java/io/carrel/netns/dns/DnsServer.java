package io.carrel.netns.dns;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.binding.SocketCalls.Datagram;
import io.carrel.netns.relay.Acceptor;
import io.carrel.netns.relay.Loop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name server on sockets that are given to it, so in whatever network these were made. It answers what its source knows, and
 * asks others for the rest, or says that there is no such name where there are no others. It runs on the relay's thread.
 * Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1035">RFC 1035</a>
 */
public final class DnsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int LARGEST = 4096;
    private static final int MOST_AT_ONCE = 32;
    private static final int MOST_CONNECTIONS = 32;
    /** More questions than this that others have not answered yet get no answer. */
    private static final int MOST_PENDING = 256;

    private final Loop loop;
    private final Descriptor udp;
    private final Questions questions;
    private final Loop.Watch watch;
    private final Acceptor acceptor;
    private int pending;

    private DnsServer(Loop loop, Descriptor udp, Descriptor tcp, Questions questions) {
        this.loop = loop;
        this.udp = udp;
        this.questions = questions;
        watch = loop.watch(udp, events -> receive());
        acceptor = new Acceptor(
                loop,
                tcp,
                MOST_CONNECTIONS,
                (connection, visit) -> new DnsConnection(loop, connection, questions, visit));
    }

    /**
     * Begins to answer.
     *
     * @param udp a bound socket that does not block; the server closes it
     * @param tcp a listening socket that does not block; the server closes it
     * @param source who knows names
     * @param others name servers for what the source does not know; none for a network without a way out
     */
    public static DnsServer start(Descriptor udp, Descriptor tcp, NameSource source, List<InetSocketAddress> others) {
        Loop loop = Loop.shared();
        Questions questions = new Questions(source, Forwarders.of(others));
        return loop.call(() -> new DnsServer(loop, udp, tcp, questions));
    }

    private void receive() {
        for (int i = 0; udp.isOpen(); i++) {
            if (i == MOST_AT_ONCE) {
                loop.execute(this::receive);
                return;
            }
            Optional<Datagram> datagram = next();
            if (datagram.isEmpty()) {
                return;
            }
            answer(datagram.get());
        }
    }

    private Optional<Datagram> next() {
        try {
            return SocketCalls.receiveFrom("Cannot receive a question", udp, LARGEST);
        } catch (SyscallException unreachable) {
            LOG.trace("An answer reached nobody", unreachable);
            return Optional.empty();
        }
    }

    private void answer(Datagram question) {
        if (pending >= MOST_PENDING) {
            return;
        }
        pending++;
        CompletionStage<byte[]> unused = questions
                .answer(question.content(), true)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    pending--;
                    if (answer != null && answer.length > 0 && udp.isOpen()) {
                        send(answer, question.sender());
                    }
                }));
    }

    private void send(byte[] answer, byte[] to) {
        try {
            SocketCalls.sendTo("Cannot answer", udp, answer, to);
        } catch (SyscallException gone) {
            LOG.trace("Who asked is gone", gone);
        }
    }

    /** Answers no more, and closes the sockets; later calls do nothing. */
    @Override
    public void close() {
        loop.call(() -> {
            if (udp.isOpen()) {
                watch.close();
                udp.close();
                acceptor.close();
            }
            return udp;
        });
    }
}
