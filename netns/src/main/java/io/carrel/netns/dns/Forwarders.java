package io.carrel.netns.dns;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;

/** Name servers that are asked one after the other, twice if need be, until one answers. Immutable. */
record Forwarders(List<SimpleResolver> resolvers) {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** A datagram may be lost: resolv.conf(5) asks twice too. */
    Forwarders {
        resolvers = ImmutableList.<SimpleResolver>builder()
                .addAll(resolvers)
                .addAll(resolvers)
                .build();
    }

    static Forwarders of(List<InetSocketAddress> servers) {
        return new Forwarders(servers.stream()
                .map(server -> {
                    SimpleResolver resolver = new SimpleResolver(server);
                    resolver.setTimeout(PATIENCE);
                    return resolver;
                })
                .toList());
    }

    /** Their answer to the same question; null where there is nobody to ask. */
    CompletionStage<@Nullable Message> ask(Message question) {
        CompletionStage<@Nullable Message> answer = CompletableFuture.completedFuture(null);
        for (int i = 0; i < resolvers.size(); i++) {
            SimpleResolver resolver = resolvers.get(i);
            answer = i == 0
                    ? sent(resolver, question)
                    : answer.exceptionallyCompose(failure -> sent(resolver, question));
        }
        return answer.thenApply(found -> {
            if (found != null) {
                found.getHeader().setID(question.getHeader().getID());
            }
            return found;
        });
    }

    private static CompletionStage<@Nullable Message> sent(SimpleResolver resolver, Message question) {
        return resolver.sendAsync(question.clone()).thenApply(found -> found);
    }
}
