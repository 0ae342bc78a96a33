package io.carrel.netns.usermode;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.netns.UserMode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * How pasta or slirp4netns is called. Nothing on the host's loopback can be reached through it, and no port of the
 * host's leads inside by it. Immutable.
 *
 * @param kind which of them it is
 * @param path where the host has it
 * @param ipv6 whether the host has IPv6
 * @param root whether it is root in the container's user namespace
 */
public record UserModeCommand(UserMode kind, String path, boolean ipv6, boolean root) {

    /** In place of the network namespace's path, which is known when there is a process in it. */
    static final String NAMESPACE = "/proc/PID/ns/net";

    /** The number of the descriptor that it writes to when the network is there. */
    static final int READY = 0;

    private static final Path ADDRESSES = Path.of("/proc/self/net/if_inet6");
    private static final String GLOBAL = "00";
    private static final int SCOPE = 3;

    /** Returns the call on this host. */
    public static UserModeCommand of(UserMode kind, String path, boolean root) {
        return new UserModeCommand(kind, path, hostHasIpv6(), root);
    }

    /** Whether there is an address for more than the loopback and a link. */
    private static boolean hostHasIpv6() {
        try {
            return KernelFile.read(ADDRESSES)
                    .lines()
                    .map(line -> Splitter.on(' ').splitToList(line))
                    .anyMatch(words -> words.size() > SCOPE && words.get(SCOPE).equals(GLOBAL));
        } catch (NoSuchFileException withoutIpv6) {
            return false;
        } catch (IOException e) {
            throw new KernelFileException("Cannot find out whether there is IPv6", ADDRESSES.toString(), "", e);
        }
    }

    /** Returns all its words, the first of which is its path. */
    List<String> words() {
        ImmutableList.Builder<String> words = ImmutableList.builder();
        words.add(path);
        if (kind == UserMode.PASTA) {
            words.add("--foreground", "--quiet", "--config-net", "--no-map-gw");
            // Neither from the host's ports to the container's, nor from those of the container's loopback to the
            // host's.
            words.add("-t", "none", "-u", "none", "-T", "none", "-U", "none");
            words.add("--pid", "/proc/self/fd/" + READY, "--netns", NAMESPACE);
        } else {
            words.add("--configure", "--mtu=65520", "--disable-host-loopback", "--disable-dns");
            words.add("--enable-seccomp");
            if (root) {
                // It gives up the host's files and its capabilities; only who can become root can have it do so.
                words.add("--enable-sandbox");
            }
            if (ipv6) {
                words.add("--enable-ipv6");
            }
            words.add("--ready-fd=" + READY, "--netns-type=path", NAMESPACE, "tap0");
        }
        return words.build();
    }

    /** Returns the command line. */
    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
