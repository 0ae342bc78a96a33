package io.carrel.netns.dns;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.SocketCalls.Datagram;
import io.carrel.linux.uapi.SocketName;
import io.carrel.netns.relay.Acceptor;
import io.carrel.netns.relay.Datagrams;
import io.carrel.netns.relay.Loop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A name server on sockets that are given to it, so in whatever network these were made. It answers what its source
 * knows, and asks others for the rest, or says that there is no such name where there are no others. It runs on the
 * relay's thread. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1035">RFC 1035</a>
 */
public final class DnsServer implements AutoCloseable {

    private static final int LARGEST = 4096;
    private static final int MOST_CONNECTIONS = 32;
    /** More questions than this that others have not answered yet get no answer. */
    private static final int MOST_PENDING = 256;

    private final Loop loop;
    private final Datagrams datagrams;
    private final Questions questions;
    private final Acceptor acceptor;
    private int pending;

    private DnsServer(Loop loop, Descriptor udp, Descriptor tcp, Questions questions) {
        this.loop = loop;
        this.questions = questions;
        datagrams = new Datagrams(loop, udp, LARGEST, this::answer);
        acceptor = new Acceptor(
                loop,
                tcp,
                MOST_CONNECTIONS,
                (connection, visit) -> new DnsConnection(loop, connection, questions, visit));
    }

    /**
     * Does the same with others that stay the same; where there are none, all that the source does not know is "no such
     * name".
     */
    public static DnsServer start(Descriptor udp, Descriptor tcp, NameSource source, List<InetSocketAddress> others) {
        return others.isEmpty() ? start(udp, tcp, new Questions(source, null)) : start(udp, tcp, source, () -> others);
    }

    /**
     * Begins to answer.
     *
     * @param udp a bound socket that does not block; the server closes it
     * @param tcp a listening socket that does not block; the server closes it
     * @param source who knows names
     * @param others name servers for what the source does not know, told for each question, on the relay's thread
     */
    public static DnsServer start(
            Descriptor udp, Descriptor tcp, NameSource source, Supplier<List<InetSocketAddress>> others) {
        return start(udp, tcp, new Questions(source, new Forwarders(Loop.shared(), others)));
    }

    private static DnsServer start(Descriptor udp, Descriptor tcp, Questions questions) {
        Loop loop = Loop.shared();
        return loop.call(() -> new DnsServer(loop, udp, tcp, questions));
    }

    private void answer(Datagram question) {
        if (pending >= MOST_PENDING) {
            return;
        }
        pending++;
        CompletionStage<byte[]> unused = questions
                .answer(question.content(), SocketName.toInternet(question.sender()), true)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    pending--;
                    if (answer != null && answer.length > 0) {
                        datagrams.answer(answer, question.sender());
                    }
                }));
    }

    /** Answers no more, and closes the sockets; later calls do nothing. */
    @Override
    public void close() {
        loop.call(() -> {
            datagrams.close();
            acceptor.close();
            return acceptor;
        });
    }
}
