package io.carrel.netns.dns;

import io.carrel.netns.relay.Loop;
import io.carrel.netns.relay.Timer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;

/**
 * One question to several name servers, until it is answered; see {@link Forwarders}. Only for the loop's thread.
 */
final class ForwardedQuestion {

    private static final long ROUND_MILLIS = 1200;
    private static final long LEAST_STEP_MILLIS = 300;
    private static final int ROUNDS = 2;

    private final Loop loop;
    private final SilentServers silent;
    private final Message question;
    private final CompletableFuture<Message> answer;
    private final List<InetSocketAddress> order = new ArrayList<>();
    private final Set<InetSocketAddress> waitedFor = new HashSet<>();
    private final Duration step;
    private int asked;
    private int failed;
    private @Nullable Message refusal;
    private @Nullable Timer next;
    private @Nullable Timer end;

    ForwardedQuestion(
            Loop loop,
            List<InetSocketAddress> servers,
            SilentServers silent,
            Message question,
            CompletableFuture<Message> answer) {
        this.loop = loop;
        this.silent = silent;
        this.question = question;
        this.answer = answer;
        List<InetSocketAddress> all = new ArrayList<>(servers);
        step = Duration.ofMillis(Math.max(LEAST_STEP_MILLIS, ROUND_MILLIS / Math.max(1, all.size())));
        all.sort(Comparator.comparing(silent::has)); // Stable: their order counts as well.
        for (int round = 0; round < ROUNDS; round++) {
            order.addAll(all);
        }
    }

    void begin() {
        end = loop.after(Forwarders.PATIENCE, this::giveUp);
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
        resolver.setTimeout(Forwarders.PATIENCE);
        // Without an executor dnsjava would take the application's pool.
        CompletionStage<Message> unused = resolver.sendAsync(question.clone(), loop::execute)
                .whenComplete((found, failure) -> loop.execute(() -> told(server, found)));
    }

    private void told(InetSocketAddress server, @Nullable Message found) {
        if (found != null) {
            waitedFor.remove(server);
            silent.answered(server);
        }
        if (answer.isDone()) {
            return;
        }
        if (found != null && isAnswer(found)) {
            waitedFor.forEach(silent::add);
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

    private void giveUp() {
        if (answer.isDone()) {
            return;
        }
        waitedFor.forEach(silent::add);
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
