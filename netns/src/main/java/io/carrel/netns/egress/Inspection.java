package io.carrel.netns.egress;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether what a client sends first is meant for the server it may talk to: many names share one address, and who is
 * asked for is told by what comes through the connection. Immutable.
 *
 * <p>At port 443 that has to be TLS with the server's name, at port 80 HTTP with it or such TLS. At other ports
 * anything else is let through as well, since the connection goes to the allowed name's address in any case; see
 * {@link FirstMessage}.
 *
 * @param name the server's name
 * @param port its port
 */
record Inspection(String name, int port) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Pattern REQUEST_LINE = Pattern.compile("[^\r\n]* HTTP/[0-9].*", Pattern.DOTALL);

    /**
     * What comes of it.
     *
     * @param reason why it is denied; empty if it is allowed
     * @param first what is sent on in place of what was read
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Verdict(String reason, byte[] first) {

        private static Verdict deny(String reason) {
            return new Verdict(reason, new byte[0]);
        }

        boolean allowed() {
            return reason.isEmpty();
        }
    }

    /** Returns whether a client of this port has to speak before anything else happens. */
    boolean isWeb() {
        return port == HTTP || port == HTTPS;
    }

    /** Returns whether this is enough to decide. */
    boolean isEnough(byte[] bytes) {
        ClientHello hello = ClientHello.read(bytes);
        if (hello.state() != ClientHello.State.OTHER) {
            return hello.state() == ClientHello.State.COMPLETE;
        }
        return !isHttp(bytes) || HttpHead.isWhole(bytes);
    }

    /**
     * Returns whether it is of a protocol that says which server is meant, so that it has to be {@link #judge judged}.
     */
    boolean namesServer(byte[] bytes) {
        return ClientHello.read(bytes).state() != ClientHello.State.OTHER || isHttp(bytes);
    }

    private static boolean isHttp(byte[] bytes) {
        return HttpHead.mayBegin(bytes) || isRequestLine(bytes);
    }

    /** Returns whether it begins with the first line of an HTTP request, whatever the method. */
    static boolean isRequestLine(byte[] bytes) {
        return REQUEST_LINE
                .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                .matches();
    }

    /** Decides about all that is there. */
    Verdict judge(byte[] bytes) {
        ClientHello hello = ClientHello.read(bytes);
        if (bytes.length > 0 && hello.state() == ClientHello.State.INCOMPLETE) {
            return Verdict.deny("its TLS greeting does not come to an end");
        }
        if (hello.state() == ClientHello.State.COMPLETE) {
            return judge(hello, bytes);
        }
        if (port == HTTPS) {
            return Verdict.deny("at port 443 only TLS is allowed");
        }
        if (bytes.length > 0 && isHttp(bytes)) {
            return HttpHead.read(bytes)
                    .map(head -> judge(head, bytes))
                    .orElseGet(() -> Verdict.deny("its HTTP request is not as it should be"));
        }
        return port == HTTP ? Verdict.deny("at port 80 only HTTP is allowed") : new Verdict("", bytes);
    }

    private Verdict judge(ClientHello hello, byte[] bytes) {
        String asked = HostAndPort.normal(hello.serverName());
        if (asked.isEmpty()) {
            return Verdict.deny("its TLS greeting names no server");
        }
        return asked.equals(name) ? new Verdict("", bytes) : Verdict.deny("its TLS greeting asks for " + asked);
    }

    private Verdict judge(HttpHead head, byte[] bytes) {
        Optional<HostAndPort> asked = head.hasPath() ? head.host(HTTP) : head.proxied();
        if (head.method().equals("CONNECT") || asked.isEmpty()) {
            return Verdict.deny("its HTTP request does not name one server");
        }
        if (!asked.get().host().equals(name)) {
            return Verdict.deny("its HTTP request asks for " + asked.get().host());
        }
        byte[] own = head.forOneRequest(new HostAndPort(name, port));
        byte[] all = Arrays.copyOf(own, own.length + bytes.length - head.length());
        System.arraycopy(bytes, head.length(), all, own.length, bytes.length - head.length());
        return new Verdict("", all);
    }
}
