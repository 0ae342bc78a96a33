package io.carrel.netns.egress;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The head of an HTTP/1 request: its first line and its fields. What is not written as the standard has it is refused,
 * since two readers could understand it in two ways. Immutable.
 *
 * @param method for example {@code GET}
 * @param target a path, a whole URL for a proxy, or for {@code CONNECT} a name and a port
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param fields the other lines
 * @param length how many bytes it has
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
record HttpHead(String method, String target, String version, List<String> fields, int length) {

    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
    private static final int LONGEST_METHOD = 12;
    /** The registered ones that are in use, and the preface of HTTP/2. */
    private static final List<String> METHODS = Splitter.on(',')
            .splitToList("GET ,HEAD ,POST ,PUT ,DELETE ,OPTIONS ,PATCH ,TRACE ,CONNECT ,PRI ,PROPFIND ,PROPPATCH ,MKCOL"
                    + " ,COPY ,MOVE ,LOCK ,UNLOCK ,REPORT ,SEARCH ");

    private static final Set<String> OF_ONE_HOP = ImmutableSet.of(
            "connection", "proxy-connection", "keep-alive", "proxy-authorization", "upgrade", "http2-settings");

    /** Returns whether it may be the start of a request, as far as it goes. */
    static boolean mayBegin(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, LONGEST_METHOD), StandardCharsets.ISO_8859_1);
        return METHODS.stream().anyMatch(method -> method.startsWith(start) || start.startsWith(method));
    }

    /** Returns whether the empty line that ends it is there. */
    static boolean isWhole(byte[] bytes) {
        return end(bytes) >= 0;
    }

    private static int end(byte[] bytes) {
        for (int i = 3; i < bytes.length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Reads a head that is whole; empty if it is not as it should be. */
    static Optional<HttpHead> read(byte[] bytes) {
        int end = end(bytes);
        if (end < 0) {
            return Optional.empty();
        }
        String text = new String(Arrays.copyOf(bytes, end - 4), StandardCharsets.ISO_8859_1);
        List<String> lines = Splitter.on("\r\n").splitToList(text);
        List<String> words = Splitter.on(' ').splitToList(lines.get(0));
        List<String> fields = lines.subList(1, lines.size());
        boolean valid = words.size() == 3
                && words.get(0).matches(TOKEN)
                && words.get(1).matches("[\\x21-\\x7e]+")
                && words.get(2).matches("HTTP/1\\.[01]")
                && fields.stream().allMatch(field -> field.matches(TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*"));
        return valid
                ? Optional.of(new HttpHead(words.get(0), words.get(1), words.get(2), List.copyOf(fields), end))
                : Optional.empty();
    }

    /** Returns the host and port of a {@code Host} field; empty without exactly one. */
    Optional<HostAndPort> host(int usualPort) {
        List<String> hosts = fields.stream()
                .filter(field -> name(field).equals("host"))
                .map(field -> field.substring(field.indexOf(':') + 1).strip())
                .toList();
        return hosts.size() == 1 ? HostAndPort.read(hosts.get(0), usualPort) : Optional.empty();
    }

    /**
     * Returns what a proxy is asked for: the host and port of the target; empty if it names none, or another one than
     * the field does.
     */
    Optional<HostAndPort> proxied() {
        if (method.equals("CONNECT")) {
            return HostAndPort.read(target, -1);
        }
        if (!target.regionMatches(true, 0, "http://", 0, 7)) {
            return Optional.empty();
        }
        String authority = target.substring(7, pathStart());
        Optional<HostAndPort> named = HostAndPort.read(authority, 80);
        boolean contradicted = fields.stream().anyMatch(field -> name(field).equals("host")) && !host(80).equals(named);
        return contradicted ? Optional.empty() : named;
    }

    private int pathStart() {
        for (int i = 7; i < target.length(); i++) {
            if ("/?#".indexOf(target.charAt(i)) >= 0) {
                return i;
            }
        }
        return target.length();
    }

    /** Returns whether it asks for a path of whatever server it is sent to. */
    boolean hasPath() {
        return target.startsWith("/") || target.equals("*");
    }

    /**
     * Returns the head as it is sent on: for this one request only, since nobody looks at what comes later on the same
     * connection. A server must not answer a further request then.
     */
    byte[] forOneRequest(HostAndPort server) {
        List<String> lines = new ArrayList<>();
        String path = hasPath() ? target : target.substring(pathStart());
        String whole = path.startsWith("/") || path.equals("*") ? path : "/" + path;
        lines.add(method + " " + whole + " " + version);
        lines.add("Host: " + server.text(80));
        fields.stream()
                .filter(field ->
                        !OF_ONE_HOP.contains(name(field)) && !name(field).equals("host"))
                .forEach(lines::add);
        lines.add("Connection: close");
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
    }
}
