package io.carrel.netns.dns;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.netns.relay.Acceptor;
import io.carrel.netns.relay.Loop;
import io.carrel.netns.relay.Timer;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Questions and answers over TCP, each after two bytes with its length. Only for the relay's thread. */
final class DnsConnection {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int LARGEST = 65535 + 2;
    private static final String DOING = "Cannot answer over TCP";

    private final Loop loop;
    private final Descriptor socket;
    private final InetSocketAddress asker;
    private final Questions questions;
    private final Acceptor.Visit visit;
    private final DescriptorWatches.Watch watch;
    private final Timer timer;
    private byte[] received = new byte[0];

    DnsConnection(Loop loop, Descriptor socket, Questions questions, Acceptor.Visit visit) {
        this.loop = loop;
        this.socket = socket;
        asker = SocketName.toInternet(SocketCalls.peerName(socket));
        this.questions = questions;
        this.visit = visit;
        visit.endBy(this::close);
        watch = loop.watch(socket, events -> receive());
        timer = loop.after(PATIENCE, this::close);
    }

    private void receive() {
        try {
            byte[] buffer = new byte[4096];
            while (socket.isOpen() && received.length < LARGEST) {
                Optional<Integer> count = SocketCalls.receive(DOING, socket, buffer, Constant.of(0));
                if (count.isEmpty()) {
                    break;
                }
                if (count.get() == 0) {
                    close();
                    return;
                }
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(received);
                all.write(buffer, 0, count.get());
                received = all.toByteArray();
            }
            answerAll();
        } catch (SyscallException broken) {
            close();
        }
    }

    private void answerAll() {
        while (received.length >= 2) {
            int length = (received[0] & 255) << 8 | received[1] & 255;
            if (received.length < length + 2) {
                return;
            }
            byte[] question = Arrays.copyOfRange(received, 2, length + 2);
            received = Arrays.copyOfRange(received, length + 2, received.length);
            CompletionStage<byte[]> unused = questions
                    .answer(question, asker, false)
                    .whenComplete((answer, failure) -> loop.execute(() -> send(answer)));
        }
    }

    /** Who does not read its answers has to ask again. */
    private void send(byte @Nullable [] answer) {
        if (!socket.isOpen()) {
            return;
        }
        if (answer == null || answer.length == 0) {
            close();
            return;
        }
        byte[] framed = new byte[answer.length + 2];
        framed[0] = (byte) (answer.length >> 8);
        framed[1] = (byte) answer.length;
        System.arraycopy(answer, 0, framed, 2, answer.length);
        try {
            if (SocketCalls.send(DOING, socket, framed, 0, framed.length).orElse(0) < framed.length) {
                close();
            }
        } catch (SyscallException gone) {
            close();
        }
    }

    private void close() {
        if (socket.isOpen()) {
            timer.cancel();
            watch.close();
            socket.close();
            visit.ended();
        }
    }
}
