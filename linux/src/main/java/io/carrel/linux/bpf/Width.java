package io.carrel.linux.bpf;

/** How much a load or store moves. */
public enum Width {
    /** BPF_W: 32 bits. */
    WORD(0x00, "u32"),
    /** BPF_H: 16 bits. */
    HALF_WORD(0x08, "u16"),
    /** BPF_B: 8 bits. */
    BYTE(0x10, "u8"),
    /** BPF_DW: 64 bits. */
    DOUBLE_WORD(0x18, "u64");

    private final int code;
    private final String type;

    Width(int code, String type) {
        this.code = code;
        this.type = type;
    }

    int code() {
        return code;
    }

    @Override
    public String toString() {
        return type;
    }
}
