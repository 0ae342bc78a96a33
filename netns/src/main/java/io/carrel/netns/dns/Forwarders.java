package io.carrel.netns.dns;

import io.carrel.netns.relay.Loop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.xbill.DNS.Message;

/**
 * Name servers that are asked in their order, each a moment after the one before it if none has answered by then, and
 * all once more, as a datagram may be lost; the first answer counts. Who was silent is asked last for a while. Whoever
 * asks waits for 3 to 5 seconds, so that it failed is told before that. Thread-safe.
 */
final class Forwarders {

    /** Less than the shortest time for which common clients wait. */
    static final Duration PATIENCE = Duration.ofMillis(2500);

    private final Loop loop;
    private final Supplier<List<InetSocketAddress>> servers;

    private final SilentServers silent = new SilentServers();

    Forwarders(Loop loop, Supplier<List<InetSocketAddress>> servers) {
        this.loop = loop;
        this.servers = servers;
    }

    /** Their answer to the same question; fails if none answers. */
    CompletionStage<Message> ask(Message question) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                new ForwardedQuestion(loop, servers.get(), silent, question, answer).begin();
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
