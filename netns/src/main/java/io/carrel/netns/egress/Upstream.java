package io.carrel.netns.egress;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.Multimaps;
import io.carrel.linux.Descriptor;
import io.carrel.netns.Egress;
import io.carrel.netns.NameResolver;
import io.carrel.netns.relay.Loop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host's side: resolves names, and connects to those of their addresses that may be reached. Immutable.
 *
 * @param loop whose thread is told of everything
 * @param resolver who resolves names
 * @param destinations which addresses may be reached
 */
record Upstream(Loop loop, NameResolver resolver, Destinations destinations) {

    private static final ThreadPoolExecutor RESOLVERS = resolvers();

    static Upstream of(Loop loop, Egress egress, HostAddresses host) {
        return new Upstream(loop, egress.resolver(), new Destinations(egress.subnets(), host::has));
    }

    /**
     * The JVM's way to ask for names blocks, for half a minute where servers are silent. So these are not the threads
     * that work for starts and ends of containers, which would have to wait. Threads that are not used end after a
     * moment.
     */
    private static ThreadPoolExecutor resolvers() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(8, 8, 2, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1024), task -> {
                    Thread thread = new Thread(task, "carrel-names");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * What is known of a name.
     *
     * @param addresses where a connection may go
     * @param reason why nowhere; empty if somewhere
     */
    record Resolved(List<InetAddress> addresses, String reason) {}

    /** Resolves a name. Completed by another thread. */
    CompletionStage<Resolved> resolve(String name) {
        try {
            return CompletableFuture.supplyAsync(() -> resolveNow(name), RESOLVERS);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.completedFuture(new Resolved(List.of(), "too many names are being resolved"));
        }
    }

    private Resolved resolveNow(String name) {
        try {
            ListMultimap<Optional<Destinations.Refusal>, InetAddress> sorted =
                    MultimapBuilder.linkedHashKeys().arrayListValues().build();
            for (InetAddress address : resolver.resolve(name)) {
                InetAddress plain = EmbeddedAddresses.plain(address);
                sorted.put(destinations.refusal(plain), plain);
            }
            List<InetAddress> permitted = List.copyOf(sorted.removeAll(Optional.empty()));
            String reasons = Multimaps.asMap(sorted).entrySet().stream()
                    .flatMap(refused -> refused.getKey().stream().map(reason -> reason.of(refused.getValue())))
                    .collect(Collectors.joining("; "));
            return new Resolved(permitted, permitted.isEmpty() ? reasons : "");
        } catch (UnknownHostException e) {
            return new Resolved(List.of(), "the host knows no such name");
        }
    }

    /** A connection, or why there is none. */
    record Outcome(@Nullable Descriptor socket, @Nullable InetAddress address, String reason) {}

    /**
     * Resolves a name and connects to the first of its addresses that answers. Only for the relay's thread, which is
     * told.
     */
    Attempt connect(String name, int port, Consumer<Outcome> told) {
        Attempt attempt = new Attempt(this, told);
        CompletionStage<Resolved> unused = resolve(name)
                .whenComplete((resolved, failure) -> loop.execute(() -> {
                    if (attempt.isCancelled()) {
                        return;
                    }
                    if (resolved == null) {
                        told.accept(new Outcome(null, null, "it could not be resolved: " + failure));
                    } else {
                        String reason = resolved.reason().isEmpty() ? "it has no address" : resolved.reason();
                        attempt.connect(resolved.addresses(), port, reason);
                    }
                }));
        return attempt;
    }
}
