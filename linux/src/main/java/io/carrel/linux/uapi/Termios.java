package io.carrel.linux.uapi;

/**
 * {@code struct termios} of {@code asm-generic/termbits.h}: the modes of a terminal.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
public final class Termios {

    /** More than {@code sizeof(struct termios)}. */
    public static final int SIZE = 64;

    private static final int INPUT_MODES = 0;
    private static final int OUTPUT_MODES = 4;
    private static final int CONTROL_MODES = 8;
    private static final int LOCAL_MODES = 12;
    /** {@code c_cc} comes after {@code c_line}. */
    private static final int CHARACTERS = 17;

    private static final int VTIME = CHARACTERS + 5;
    private static final int VMIN = CHARACTERS + 6;

    /** {@code IGNBRK|BRKINT|PARMRK|ISTRIP|INLCR|IGNCR|ICRNL|IXON}. */
    private static final int COOKED_INPUT = 0x5eb;
    /** {@code OPOST}. */
    private static final int COOKED_OUTPUT = 1;
    /** {@code CSIZE|PARENB}, and {@code CS8}. */
    private static final int CHARACTER_SIZE = 0x130;

    private static final int EIGHT_BITS = 0x30;
    /** {@code ISIG|ICANON|ECHO|ECHONL|IEXTEN}. */
    private static final int COOKED_LOCAL = 0x804b;

    private Termios() {}

    /** Returns the same modes changed as cfmakeraw(3) does: each key comes as it is pressed, and none is shown. */
    public static byte[] raw(byte[] modes) {
        byte[] raw = modes.clone();
        clear(raw, INPUT_MODES, COOKED_INPUT);
        clear(raw, OUTPUT_MODES, COOKED_OUTPUT);
        clear(raw, CONTROL_MODES, CHARACTER_SIZE);
        raw[CONTROL_MODES] |= EIGHT_BITS;
        clear(raw, LOCAL_MODES, COOKED_LOCAL);
        raw[VTIME] = 0;
        raw[VMIN] = 1;
        return raw;
    }

    /** The processors that this runs on have the lowest byte first. */
    private static void clear(byte[] modes, int at, int bits) {
        for (int i = 0; i < Integer.BYTES; i++) {
            modes[at + i] &= (byte) ~(bits >>> i * Byte.SIZE);
        }
    }
}
