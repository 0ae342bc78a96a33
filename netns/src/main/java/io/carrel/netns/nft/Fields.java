package io.carrel.netns.nft;

import java.util.List;

/**
 * What an element of a set consists of. Immutable.
 *
 * @param type the numbers by which the program {@code nft} knows the types, six bits each; the kernel does not look at
 *     it
 * @param length how many bytes it takes in the kernel, each field a multiple of four
 */
record Fields(long type, int length) {

    static final Fields NONE = new Fields(0, 0);

    static final Fields IPV4 = new Fields(7, 4);
    static final Fields IPV6 = new Fields(8, 16);
    static final Fields PROTOCOL = new Fields(12, 4);
    static final Fields PORT = new Fields(13, 4);
    static final Fields LINK_NAME = new Fields(41, 16);

    static Fields of(Fields... fields) {
        long type = 0;
        int length = 0;
        for (Fields field : List.of(fields)) {
            type = type << 6 | field.type;
            length += field.length;
        }
        return new Fields(type, length);
    }
}
