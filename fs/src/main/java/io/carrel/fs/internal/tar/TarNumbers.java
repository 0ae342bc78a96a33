package io.carrel.fs.internal.tar;

import java.io.IOException;

/** Decimal numbers, one a line, out of blocks that are read when they are needed. */
final class TarNumbers {

    /** Reads the next block. */
    interface Blocks {
        byte[] next() throws IOException;
    }

    private final Blocks blocks;
    private byte[] block = {};
    private int at;

    TarNumbers(Blocks blocks) {
        this.blocks = blocks;
    }

    long next() throws IOException {
        long value = 0;
        int digits = 0;
        while (true) {
            if (at == block.length) {
                block = blocks.next();
                at = 0;
            }
            byte b = block[at++];
            if (b == '\n' && digits > 0) {
                return value;
            }
            if (b < '0' || b > '9' || ++digits > 18) {
                throw new TarFormatException("a sparse file's map has something else than a decimal number");
            }
            value = value * 10 + b - '0';
        }
    }
}
