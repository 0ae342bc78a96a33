package io.carrel.linux.program;

import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;

/**
 * The capabilities of a process of a program.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/capset.2.html">capset(2)</a>
 */
public final class CapabilitySets {

    private static final Data HEADER = Data.struct(
            "{_LINUX_CAPABILITY_VERSION_3, 0}",
            Struct.ofSize(8).u32(Prctl._LINUX_CAPABILITY_VERSION_3.value()).toBytes());

    private CapabilitySets() {}

    /**
     * Appends a call that makes the effective, the permitted and the inheritable set one and the same.
     *
     * @param shown what the set is in listings
     * @param bits one for each capability, by its number
     */
    public static void set(ProgramBuilder program, String step, String shown, long bits) {
        set(program, step, shown, bits, bits);
    }

    /** Returns the same with another inheritable set. */
    public static void set(ProgramBuilder program, String step, String shown, long bits, long inheritable) {
        set(program, step, shown, bits, bits, inheritable);
    }

    /** Appends a call that makes each set another one. */
    public static void set(
            ProgramBuilder program, String step, String shown, long effective, long permitted, long inheritable) {
        Struct data = Struct.ofSize(24);
        for (int shift : new int[] {0, Integer.SIZE}) {
            data.u32(effective >>> shift & 0xffffffffL)
                    .u32(permitted >>> shift & 0xffffffffL)
                    .u32(inheritable >>> shift & 0xffffffffL);
        }
        program.call(
                step,
                Syscall.CAPSET,
                HEADER.address(),
                Data.struct("{" + shown + "}", data.toBytes()).address());
    }
}
