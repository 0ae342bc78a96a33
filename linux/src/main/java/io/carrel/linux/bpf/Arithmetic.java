package io.carrel.linux.bpf;

/** What is done to a register with a second value; all 64 bits take part. */
public enum Arithmetic {
    ADD(0x00, "+="),
    SUB(0x10, "-="),
    OR(0x40, "|="),
    AND(0x50, "&="),
    /** Shift left. */
    LSH(0x60, "<<="),
    /** Shift right, filling up with zeros. */
    RSH(0x70, ">>="),
    XOR(0xa0, "^="),
    MOV(0xb0, "=");

    private final int code;
    private final String symbol;

    Arithmetic(int code, String symbol) {
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
