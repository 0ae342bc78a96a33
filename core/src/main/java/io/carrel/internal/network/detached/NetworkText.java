package io.carrel.internal.network.detached;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import io.carrel.fs.Storage;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.RelayedMode;
import io.carrel.internal.network.UserNetworkMode;
import io.carrel.netns.Egress;
import io.carrel.netns.EgressEvent;
import io.carrel.netns.EgressRule;
import io.carrel.netns.MacAddress;
import io.carrel.netns.NameResolver;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Subnet;
import io.carrel.netns.UserMode;
import io.carrel.netns.bridge.Endpoint;
import io.carrel.netns.bridge.Membership;
import io.carrel.netns.usermode.UserModeCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A network, and the ports that lead into it, as text for another JVM. Not thread-safe.
 *
 * @param values what is said of it
 */
record NetworkText(Properties values) {

    private static final Splitter LIST = Splitter.on(',').omitEmptyStrings();
    private static final Joiner LISTED = Joiner.on(',');

    /**
     * Writes it.
     *
     * @throws IllegalArgumentException if another JVM could not do the same
     */
    static NetworkText of(NetworkMode mode, List<PortMapping> ports) {
        NetworkText text = new NetworkText(new Properties());
        text.putAll("port", ports);
        if (mode instanceof NetworkMode.Bridged bridged) {
            text.put("mode", "bridge");
            text.put(bridged);
        } else if (mode instanceof RelayedMode relayed) {
            text.put("mode", "egress");
            text.put(relayed.egress());
        } else if (mode instanceof UserNetworkMode user) {
            text.put("mode", "user");
            text.put(user.command().orElseThrow());
        } else {
            text.put("mode", "plain");
        }
        return text;
    }

    private void put(NetworkMode.Bridged bridged) {
        put("storage", bridged.storage().directory());
        List<Membership> all = bridged.memberships();
        for (int i = 0; i < all.size(); i++) {
            Endpoint endpoint = all.get(i).endpoint();
            put("network." + i, all.get(i).network());
            put("link." + i, endpoint.link());
            put(
                    "addresses." + i,
                    LISTED.join(endpoint.addresses().stream()
                            .map(InetAddresses::toAddrString)
                            .toList()));
            put("names." + i, LISTED.join(endpoint.names()));
            put("default." + i, endpoint.isDefault());
            MacAddress mac = endpoint.mac();
            if (mac != null) {
                put("mac." + i, mac);
            }
        }
    }

    private void put(Egress egress) {
        checkArgument(
                !egress.needsThisJvm(),
                "an egress with a resolver or a listener ends with this JVM, and the container is to outlive it");
        putAll("rule", egress.rules());
        putAll("subnet", egress.subnets());
    }

    private void put(UserModeCommand command) {
        put("kind", command.kind().name());
        put("path", command.path());
        put("ipv6", command.ipv6());
        put("root", command.root());
    }

    private void put(String name, Object value) {
        values.setProperty(name, value.toString());
    }

    private void putAll(String name, List<?> all) {
        for (int i = 0; i < all.size(); i++) {
            put(name + "." + i, all.get(i));
        }
    }

    /** Reads the ports. */
    List<PortMapping> ports() {
        return all("port", PortMapping::parse);
    }

    /**
     * Reads the network.
     *
     * @param listener is told of each attempt to get out
     */
    NetworkMode mode(Consumer<EgressEvent> listener) {
        return switch (get("mode")) {
            case "bridge" -> new NetworkMode.Bridged(new Storage(Path.of(get("storage"))), memberships());
            case "egress" ->
                new RelayedMode(new Egress(
                        all("rule", EgressRule::parse), all("subnet", Subnet::parse), NameResolver.host(), listener));
            case "user" -> new UserNetworkMode(List.of(), Optional.of(userMode()));
            default -> new NetworkMode.None();
        };
    }

    private UserModeCommand userMode() {
        return new UserModeCommand(
                UserMode.valueOf(get("kind")),
                get("path"),
                Boolean.parseBoolean(get("ipv6")),
                Boolean.parseBoolean(get("root")));
    }

    private List<Membership> memberships() {
        ImmutableList.Builder<Membership> all = ImmutableList.builder();
        for (int i = 0; values.containsKey("network." + i); i++) {
            String mac = values.getProperty("mac." + i);
            all.add(new Membership(
                    get("network." + i),
                    new Endpoint(
                            get("link." + i),
                            LIST.splitToStream(get("addresses." + i))
                                    .map(InetAddresses::forString)
                                    .toList(),
                            mac == null ? null : MacAddress.parse(mac),
                            LIST.splitToList(get("names." + i)),
                            Boolean.parseBoolean(get("default." + i)))));
        }
        return all.build();
    }

    private String get(String name) {
        String value = values.getProperty(name);
        checkArgument(value != null, "nothing is said of %s", name);
        return value;
    }

    private <T> List<T> all(String name, Function<String, T> parse) {
        List<T> all = new ArrayList<>();
        for (int i = 0; values.containsKey(name + "." + i); i++) {
            all.add(parse.apply(get(name + "." + i)));
        }
        return all;
    }
}
