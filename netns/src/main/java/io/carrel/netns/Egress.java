package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a container may reach outside that has no other way out: names, each at certain TCP ports. Any user may have
 * this. Immutable.
 *
 * <p>The host resolves the names and makes the connections, so that the container never talks to an address of its own
 * choice. Addresses that are not on the Internet (loopback, private, link-local and with it the cloud's metadata) are
 * refused, whatever name leads there, unless {@link #withSubnets} allows them. So is every address that the host has
 * when a connection is made, unless it is allowed by itself.
 *
 * @param rules the names and their ports
 * @param subnets the addresses that are allowed although they are not on the Internet
 * @param resolver finds the addresses of the names; by default {@link NameResolver#host()}
 * @param listener receives each attempt, allowed or not; it is called by a thread that serves connections, so it must
 *     not block
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
     * @throws IllegalArgumentException if there is no name, or one cannot be read
     */
    public static Egress allow(String... names) {
        checkArgument(names.length > 0, "allow(...) needs a name");
        return new Egress(
                Arrays.stream(names).map(EgressRule::parse).toList(), List.of(), NameResolver.host(), Nobody.LISTENS);
    }

    /**
     * Returns a copy whose names may lead to addresses of these subnets as well, for example {@code 10.1.0.0/16}.
     * Addresses of the host itself among them have to be given by themselves ({@code 10.1.2.3/32}, or
     * {@code 127.0.0.0/8} for all of its loopback).
     *
     * @throws IllegalArgumentException if one cannot be read
     */
    public Egress withSubnets(String... allowed) {
        return new Egress(rules, Arrays.stream(allowed).map(Subnet::parse).toList(), resolver, listener);
    }

    /** Returns a copy whose names are resolved by this resolver instead of the host. */
    public Egress withResolver(NameResolver other) {
        return new Egress(rules, subnets, other, listener);
    }

    /** Returns a copy whose listener receives each attempt. */
    public Egress withListener(Consumer<EgressEvent> told) {
        return new Egress(rules, subnets, resolver, told);
    }

    /** Returns whether only this JVM can do it, by the resolver or the listener that it was given. */
    public boolean needsThisJvm() {
        return !resolver.equals(NameResolver.host()) || !listener.equals(Nobody.LISTENS);
    }

    /** Returns whether some port of the name may be reached. */
    public boolean allows(String name) {
        return rules.stream().anyMatch(rule -> rule.isAbout(name));
    }

    /** Returns whether this port of the name may be reached. */
    public boolean allows(String name, int port) {
        return rules.stream()
                .anyMatch(rule -> rule.isAbout(name) && rule.ports().contains(port));
    }

    /** Returns the ports of the name that may be reached, in ascending order. */
    public List<Integer> ports(String name) {
        return rules.stream()
                .filter(rule -> rule.isAbout(name))
                .flatMap(rule -> rule.ports().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private enum Nobody implements Consumer<EgressEvent> {
        LISTENS;

        @Override
        public void accept(EgressEvent event) {}
    }
}
