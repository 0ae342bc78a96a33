package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a container may reach outside that has no way out but this: names, each at certain TCP ports. Immutable.
 *
 * <p>The host resolves the names and makes the connections, so that the container never talks to an address of its own
 * choice. Addresses that are not of the Internet (loopback, private, link-local and with it the cloud's metadata) are refused,
 * whatever name leads there, unless {@link #withSubnets} allows them. So is every address that the host has when a connection is
 * made, unless it is allowed by itself.
 *
 * @param rules the names
 * @param subnets what is allowed though it is not of the Internet
 * @param resolver who resolves the names
 * @param listener told of each attempt, allowed or not; must not block
 */
public record Egress(
        List<EgressRule> rules, List<Subnet> subnets, NameResolver resolver, Consumer<EgressEvent> listener) {

    /** Copies the lists. */
    public Egress {
        rules = ImmutableList.copyOf(rules);
        subnets = ImmutableList.copyOf(subnets);
        requireNonNull(resolver, "resolver");
        requireNonNull(listener, "listener");
    }

    /**
     * Allows names, at ports 80 and 443 where none are given: {@code repo.example.org:443}, {@code *.example.net},
     * {@code git.example.org:22,443}.
     *
     * @throws IllegalArgumentException if one cannot be read
     */
    public static Egress allow(String... names) {
        checkArgument(
                names.length > 0, "allow(...) needs a name; a container that may reach nothing has Network.none()");
        return new Egress(
                Arrays.stream(names).map(EgressRule::parse).toList(), List.of(), NameResolver.host(), event -> {});
    }

    /**
     * The same, and allowed names may lead to addresses of these subnets, for example {@code 10.1.0.0/16}; not to those of the host's own
     * among them, which need to be named alone ({@code 10.1.2.3/32}, or {@code 127.0.0.0/8} for all of its loopback).
     *
     * @throws IllegalArgumentException if one cannot be read
     */
    public Egress withSubnets(String... allowed) {
        return new Egress(rules, Arrays.stream(allowed).map(Subnet::parse).toList(), resolver, listener);
    }

    /** The same with names resolved by somebody else than the host. */
    public Egress withResolver(NameResolver other) {
        return new Egress(rules, subnets, other, listener);
    }

    /** The same, and the listener is told of each attempt. */
    public Egress withListener(Consumer<EgressEvent> told) {
        return new Egress(rules, subnets, resolver, told);
    }

    /** Whether some port of the name may be reached. */
    public boolean allows(String name) {
        return rules.stream().anyMatch(rule -> rule.isAbout(name));
    }

    /** Whether this port of the name may be reached. */
    public boolean allows(String name, int port) {
        return rules.stream()
                .anyMatch(rule -> rule.isAbout(name) && rule.ports().contains(port));
    }

    /** All ports of the name that may be reached. */
    public List<Integer> ports(String name) {
        return rules.stream()
                .filter(rule -> rule.isAbout(name))
                .flatMap(rule -> rule.ports().stream())
                .distinct()
                .sorted()
                .toList();
    }
}
