package io.carrel.netns.dns;

import io.carrel.netns.relay.Loop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;

/**
 * Name servers that are asked in their order, each a moment after the one before it if none has answered by then, and
 * all once more, as a datagram may be lost; the first answer counts. Who was silent is asked last for a while. Whoever
 * asks waits for 3 to 5 seconds, so that it failed is told before that. Thread-safe.
 */
final class Forwarders {

    /** Less than the shortest time for which common clients wait. */
    static final Duration PATIENCE = Duration.ofMillis(2500);

    private static final long ROUND_MILLIS = 1200;
    private static final long LEAST_STEP_MILLIS = 300;
    private static final int ROUNDS = 2;
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final Loop loop;
    private final Supplier<List<InetSocketAddress>> servers;

    /** Until when those that were silent are asked last. Only for the loop's thread. */
    private final Map<InetSocketAddress, Long> silent = new HashMap<>();

    Forwarders(Loop loop, Supplier<List<InetSocketAddress>> servers) {
        this.loop = loop;
        this.servers = servers;
    }

    /** Their answer to the same question; fails if none answers. */
    CompletionStage<Message> ask(Message question) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                new Asking(question, answer).begin();
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private boolean isSilent(InetSocketAddress server) {
        Long until = silent.get(server);
        return until != null && until - System.nanoTime() > 0;
    }

    /** One question, until it is answered. Only for the loop's thread. */
    private final class Asking {

        private final Message question;
        private final CompletableFuture<Message> answer;
        private final List<InetSocketAddress> order = new ArrayList<>();
        private final Set<InetSocketAddress> waitedFor = new HashSet<>();
        private final Duration step;
        private int asked;
        private int failed;
        private @Nullable Message refusal;
        private Loop.@Nullable Timer next;
        private Loop.@Nullable Timer end;

        Asking(Message question, CompletableFuture<Message> answer) {
            this.question = question;
            this.answer = answer;
            List<InetSocketAddress> all = new ArrayList<>(servers.get());
            step = Duration.ofMillis(Math.max(LEAST_STEP_MILLIS, ROUND_MILLIS / Math.max(1, all.size())));
            all.sort(Comparator.comparing(Forwarders.this::isSilent)); // Stable: their order counts as well.
            for (int round = 0; round < ROUNDS; round++) {
                order.addAll(all);
            }
        }

        void begin() {
            end = loop.after(PATIENCE, this::giveUp);
            askNext();
        }

        private void askNext() {
            if (answer.isDone()) {
                return;
            }
            if (next != null) {
                next.cancel();
            }
            if (asked == order.size()) {
                if (failed == asked) {
                    giveUp();
                }
                return;
            }
            InetSocketAddress server = order.get(asked++);
            waitedFor.add(server);
            next = loop.after(step, this::askNext);
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(PATIENCE);
            // Without an executor dnsjava would take the application's pool.
            CompletionStage<Message> unused = resolver.sendAsync(question.clone(), loop::execute)
                    .whenComplete((found, failure) -> loop.execute(() -> told(server, found)));
        }

        private void told(InetSocketAddress server, @Nullable Message found) {
            if (found != null) {
                waitedFor.remove(server);
                silent.remove(server);
            }
            if (answer.isDone()) {
                return;
            }
            if (found != null && isAnswer(found)) {
                waitedFor.forEach(this::remember);
                complete(found);
            } else {
                refusal = found == null ? refusal : found;
                failed++;
                askNext();
            }
        }

        private boolean isAnswer(Message found) {
            int code = found.getRcode();
            return code != Rcode.SERVFAIL && code != Rcode.REFUSED && code != Rcode.NOTIMP;
        }

        private void remember(InetSocketAddress server) {
            silent.put(server, System.nanoTime() + REMEMBERED.toNanos());
        }

        private void giveUp() {
            if (answer.isDone()) {
                return;
            }
            waitedFor.forEach(this::remember);
            if (refusal != null) {
                complete(refusal);
            } else {
                finish();
                answer.completeExceptionally(new IllegalStateException("none of the name servers answers: " + order));
            }
        }

        private void complete(Message found) {
            finish();
            found.getHeader().setID(question.getHeader().getID());
            answer.complete(found);
        }

        private void finish() {
            if (next != null) {
                next.cancel();
            }
            if (end != null) {
                end.cancel();
            }
        }
    }
}
