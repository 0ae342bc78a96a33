package io.carrel.netns.dns;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The name servers that the host asks, as they are now: the file is read again when it has changed, since a host may
 * get other ones while a JVM runs. Only for the relay's thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/resolv.conf.5.html">resolv.conf(5)</a>
 */
public final class HostServers implements Supplier<List<InetSocketAddress>> {

    private static final Path FILE = Path.of("/etc/resolv.conf");
    private static final int PORT = 53;
    private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

    private final Path file;
    private @Nullable Version read;
    private List<InetSocketAddress> servers = List.of();

    HostServers(Path file) {
        this.file = file;
    }

    /** Returns those of this JVM's host. */
    public static HostServers standard() {
        return new HostServers(FILE);
    }

    /** What a file has before it is changed, or another is put in its place. */
    private record Version(@Nullable Object key, Object modified, long size) {}

    @Override
    public List<InetSocketAddress> get() {
        Version now = version();
        if (!Objects.equals(now, read)) {
            servers = readServers();
            read = now;
        }
        return servers;
    }

    private @Nullable Version version() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException absent) {
            return null;
        }
    }

    private List<InetSocketAddress> readServers() {
        List<InetSocketAddress> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                List<String> words = WORDS.splitToList(line);
                if (words.size() > 1 && words.get(0).equals("nameserver")) {
                    add(found, words.get(1));
                }
            }
        } catch (IOException unreadable) {
            // Nobody is asked then, which is told as a failure to whoever asks.
        }
        return List.copyOf(found);
    }

    private static void add(List<InetSocketAddress> found, String text) {
        int zone = text.indexOf('%');
        if (InetAddresses.isInetAddress(zone < 0 ? text : text.substring(0, zone))) {
            try {
                found.add(new InetSocketAddress(InetAddress.getByName(text), PORT));
            } catch (UnknownHostException noSuchLink) {
                // As if it were not there.
            }
        }
    }
}
