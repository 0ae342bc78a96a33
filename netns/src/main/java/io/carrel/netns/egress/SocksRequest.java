package io.carrel.netns.egress;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a SOCKS 5 client asks for. Immutable.
 *
 * @param command 1 to connect
 * @param host a name or an address
 * @param port the port
 * @param length how many bytes it has
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1928">RFC 1928</a>
 */
record SocksRequest(int command, String host, int port, int length) {

    static final byte[] NO_PASSWORD = {5, 0};
    static final byte[] NO_METHOD = {5, (byte) 255};
    static final int SUCCEEDED = 0;
    static final int NOT_ALLOWED = 2;
    static final int NOT_SUPPORTED = 7;

    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    static boolean isSocks(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == 5;
    }

    static boolean isGreetingWhole(byte[] bytes) {
        return bytes.length >= 2 && bytes.length >= 2 + (bytes[1] & 255);
    }

    static boolean offersNoPassword(byte[] greeting) {
        for (int i = 2; i < 2 + (greeting[1] & 255); i++) {
            if (greeting[i] == 0) {
                return true;
            }
        }
        return false;
    }

    static byte[] afterGreeting(byte[] greeting) {
        return Arrays.copyOfRange(greeting, 2 + (greeting[1] & 255), greeting.length);
    }

    /** Returns whether a request is there, or something that can never become one. */
    static boolean isWhole(byte[] bytes) {
        return bytes.length >= 5 && bytes.length >= length(bytes);
    }

    private static int length(byte[] bytes) {
        return switch (bytes[3]) {
            case IPV4 -> 4 + 4 + 2;
            case NAME -> 5 + (bytes[4] & 255) + 2;
            case IPV6 -> 4 + 16 + 2;
            default -> 5;
        };
    }

    /** Reads a whole request; one that is malformed has no command. */
    static SocksRequest read(byte[] bytes) {
        int length = length(bytes);
        if (bytes[0] != 5 || length == 5) {
            return new SocksRequest(0, "", 0, length);
        }
        int port = (bytes[length - 2] & 255) << 8 | bytes[length - 1] & 255;
        String host = bytes[3] == NAME
                ? HostAndPort.normal(new String(bytes, 5, length - 7, StandardCharsets.US_ASCII))
                : InetAddresses.toAddrString(address(Arrays.copyOfRange(bytes, 4, length - 2)));
        return new SocksRequest(bytes[1], host, port, length);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isConnect() {
        return command == 1;
    }

    /** Returns an answer. */
    static byte[] reply(int code) {
        return new byte[] {5, (byte) code, 0, IPV4, 0, 0, 0, 0, 0, 0};
    }
}
