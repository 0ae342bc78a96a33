package io.carrel.netns.bridge;

import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The settings of the host's network that bridges need, below {@code /proc/sys/net}. Which network namespace they are
 * of the kernel tells by the thread that opens the file.
 */
final class HostSettings {

    private static final Path ROOT = Path.of("/proc/sys/net");

    private HostSettings() {}

    static boolean hasIpv6() {
        return Files.exists(ROOT.resolve("ipv6/conf/all/forwarding")) && !is("ipv6/conf/all/disable_ipv6", "1");
    }

    /** Has the host pass packets on. It stays so, since others may rely on it by then. */
    static void forward(boolean ipv6) {
        set("ipv4/ip_forward", "1", "packets of containers can leave the host only if it forwards them");
        if (ipv6) {
            set("ipv6/conf/all/forwarding", "1", "packets of containers can leave the host only if it forwards them");
        }
    }

    /** Lets packets from the host's loopback go to a bridge, so that published ports answer on 127.0.0.1. */
    static void routeLoopback(String bridge) {
        set("ipv4/conf/" + bridge + "/route_localnet", "1", "it lets published ports answer on 127.0.0.1");
    }

    /**
     * The host tells its containers where it is, and does not ask them. Nor does it ask whether anybody has its
     * address, which nobody can: until that is answered, for a second, it would not find containers for connections
     * from its other addresses.
     */
    static void trustNobody(String bridge) {
        if (Files.exists(ROOT.resolve("ipv6/conf/" + bridge))) {
            set("ipv6/conf/" + bridge + "/accept_dad", "0", "the bridge's own addresses are usable at once then");
            set("ipv6/conf/" + bridge + "/accept_ra", "0", "no container may tell the host where to send its packets");
        }
    }

    private static boolean is(String name, String value) {
        try {
            return Files.readString(ROOT.resolve(name)).strip().equals(value);
        } catch (IOException absent) {
            return false;
        }
    }

    private static void set(String name, String value, String reason) {
        if (is(name, value)) {
            return;
        }
        Path file = ROOT.resolve(name);
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new KernelFileException(
                    "Cannot set net.%s to %s (%s; where /proc/sys is read-only, as in most containers, set it outside)"
                            .formatted(name.replace('/', '.'), value, reason),
                    file.toString(),
                    value,
                    e);
        }
    }
}
