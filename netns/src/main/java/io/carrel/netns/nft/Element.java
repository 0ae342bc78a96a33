package io.carrel.netns.nft;

import io.carrel.linux.uapi.NfTables;
import io.carrel.netns.Subnet;
import io.carrel.netns.netlink.Request;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An element of a set or map: what it is, what it leads to, and whether it ends a range. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Element(byte[] key, byte[] data, boolean endsRange) {

    private static final int LINK_NAME_SIZE = 16;
    private static final byte[] NO_DATA = new byte[0];

    static Element of(byte[]... fields) {
        return new Element(join(fields), NO_DATA, false);
    }

    Element leadingTo(byte[]... fields) {
        return new Element(key, join(fields), endsRange);
    }

    /** A range is its first address, and the first behind it. The last subnet of all has no end. */
    static List<Element> of(Subnet subnet) {
        byte[] next = increment(subnet);
        Element start = of(subnet.address().getAddress());
        return next.length == 0 ? List.of(start) : List.of(start, new Element(next, NO_DATA, true));
    }

    private static byte[] increment(Subnet subnet) {
        byte[] bytes = subnet.address().getAddress();
        int bit = subnet.prefix() - 1;
        while (bit >= 0) {
            int mask = 0x80 >> (bit % 8);
            bytes[bit / 8] ^= (byte) mask;
            if ((bytes[bit / 8] & mask) != 0) {
                return bytes;
            }
            bit--;
        }
        return NO_DATA;
    }

    static byte[] linkName(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), LINK_NAME_SIZE);
    }

    static byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port, 0, 0};
    }

    static byte[] protocol(long number) {
        return new byte[] {(byte) number, 0, 0, 0};
    }

    static byte[] address(InetAddress address) {
        return address.getAddress();
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    void append(Request request) {
        request.nest(NfTables.NFTA_LIST_ELEM)
                .nest(NfTables.NFTA_SET_ELEM_KEY)
                .attribute(NfTables.NFTA_DATA_VALUE, key)
                .end();
        if (data.length > 0) {
            request.nest(NfTables.NFTA_SET_ELEM_DATA)
                    .attribute(NfTables.NFTA_DATA_VALUE, data)
                    .end();
        }
        if (endsRange) {
            request.be32(NfTables.NFTA_SET_ELEM_FLAGS, NfTables.NFT_SET_ELEM_INTERVAL_END.value());
        }
        request.end();
    }
}
