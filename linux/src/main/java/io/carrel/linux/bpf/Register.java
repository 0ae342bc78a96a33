package io.carrel.linux.bpf;

import java.util.Locale;

/**
 * The registers, of 64 bits each, in the order of their numbers. At the start {@link #R1} points to what the program is
 * about, at the exit {@link #R0} is its verdict, and {@link #R10} points to the end of its stack of 512 bytes.
 */
public enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
