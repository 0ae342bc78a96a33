package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.Subnet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Names and subnets that mean something else, so that no network can have them. */
final class Reserved {

    /** What {@code run --network} and other programs understand by a name. */
    private static final Set<String> NAMES = Set.of(
            "host",
            "none",
            "bridge",
            "user",
            "userland",
            "usermode",
            "pasta",
            "passt",
            "slirp4netns",
            "default",
            "private",
            "container",
            "egress",
            "join",
            "ns");

    /** 169.254.0.0/16 has the name server of all networks in it. */
    private static final List<Subnet> SUBNETS = Stream.of(
                    "0.0.0.0/8",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/96",
                    "fe80::/10",
                    "ff00::/8",
                    "fd53:5353:5353::53/128")
            .map(Subnet::parse)
            .collect(ImmutableList.toImmutableList());

    private Reserved() {}

    /** @throws IllegalArgumentException if a new network must not be so */
    static void check(BridgeNetwork wanted) {
        checkArgument(
                !NAMES.contains(wanted.name().toLowerCase(Locale.ROOT)),
                "no network can be named %s, which means something else where a container is given its network",
                wanted.name());
        for (Subnet subnet : wanted.subnets()) {
            SUBNETS.stream().filter(subnet::overlaps).findFirst().ifPresent(reserved -> {
                throw new IllegalArgumentException(
                        "no network can have the subnet %s, as %s is not for hosts of a network; private ones are of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fd00::/8"
                                .formatted(subnet, reserved));
            });
        }
    }
}
