package io.carrel.linux.bpf;

/** When a jump is taken; the values are compared as unsigned numbers of 64 bits. */
public enum Comparison {
    JEQ(0x10, "=="),
    JGT(0x20, ">"),
    JGE(0x30, ">="),
    /** Both values have a bit in common. */
    JSET(0x40, "&"),
    JNE(0x50, "!="),
    JLT(0xa0, "<"),
    JLE(0xb0, "<=");

    private final int code;
    private final String symbol;

    Comparison(int code, String symbol) {
        this.code = code;
        this.symbol = symbol;
    }

    int code() {
        return code;
    }

    @Override
    public String toString() {
        return symbol;
    }
}
