package io.carrel.netns.bridge;

import com.google.common.net.InetAddresses;
import io.carrel.netns.dns.Answer;
import io.carrel.netns.dns.NameSource;
import io.carrel.netns.state.Directories;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What a network's name server knows: the names of its containers, and for a container that is on other networks too,
 * theirs. Used by one thread only.
 */
final class NetworkNames implements NameSource {

    private static final Answer LOCALHOST =
            new Answer.Addresses(List.of(InetAddresses.forString("127.0.0.1"), InetAddresses.forString("::1")));

    private final String network;
    private final Path directory;
    private final Function<String, Optional<BridgeNetwork>> networks;
    private final Map<String, MemberNames> known = new HashMap<>();

    /**
     * @param network whose containers ask
     * @param directory where the networks are noted
     * @param networks finds one of them
     */
    NetworkNames(String network, Path directory, Function<String, Optional<BridgeNetwork>> networks) {
        this.network = network;
        this.directory = directory;
        this.networks = networks;
    }

    @Override
    public CompletionStage<Answer> find(String name, InetSocketAddress asker) {
        return CompletableFuture.completedFuture(find(name, asker.getAddress()));
    }

    private Answer find(String name, InetAddress asker) {
        if (Endpoint.isLocalhost(name)) {
            return LOCALHOST;
        }
        Optional<MemberNames> own = names(network);
        Answer answer = own.map(names -> names.table().find(name)).orElseGet(Answer.AskOthers::new);
        OptionalLong namespace = own.map(names -> names.namespace(asker)).orElseGet(OptionalLong::empty);
        return answer instanceof Answer.AskOthers && namespace.isPresent()
                ? elsewhere(name, namespace.getAsLong())
                : answer;
    }

    /** What the other networks know that a container is on. */
    private Answer elsewhere(String name, long namespace) {
        return Directories.list(directory).stream()
                .map(place -> place.getFileName().toString())
                .filter(other -> !other.equals(network))
                .flatMap(other -> names(other).stream())
                .filter(names -> names.has(namespace))
                .map(names -> names.table().find(name))
                .filter(answer -> !(answer instanceof Answer.AskOthers))
                .findFirst()
                .orElseGet(Answer.AskOthers::new);
    }

    private Optional<MemberNames> names(String other) {
        MemberNames names = known.get(other);
        if (names == null) {
            names = networks.apply(other)
                    .map(found -> new MemberNames(new AddressLeases(found, directory.resolve(other))))
                    .orElse(null);
            if (names != null) {
                known.put(other, names);
            }
        }
        return Optional.ofNullable(names);
    }
}
