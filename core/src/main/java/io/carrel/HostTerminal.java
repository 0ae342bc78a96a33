package io.carrel;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TerminalCalls;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that this JVM has as a standard stream, for programs that connect it with that of a container. Thread-safe. See termios(3).
 */
public final class HostTerminal implements AutoCloseable {

    private static final int INPUT_MODES = 0;
    private static final int OUTPUT_MODES = 4;
    private static final int CONTROL_MODES = 8;
    private static final int LOCAL_MODES = 12;
    /** {@code c_cc} comes after {@code c_line}. */
    private static final int VTIME = 17 + 5;

    private static final int VMIN = 17 + 6;

    /** {@code IGNBRK|BRKINT|PARMRK|ISTRIP|INLCR|IGNCR|ICRNL|IXON}. */
    private static final int COOKED_INPUT = 0x5eb;
    /** {@code OPOST}. */
    private static final int COOKED_OUTPUT = 1;
    /** {@code CSIZE|PARENB}, and {@code CS8}. */
    private static final int CHARACTER_SIZE = 0x130;

    private static final int EIGHT_BITS = 0x30;
    /** {@code ISIG|ICANON|ECHO|ECHONL|IEXTEN}. */
    private static final int COOKED_LOCAL = 0x804b;

    private final Descriptor descriptor;
    private byte @Nullable [] before;

    private HostTerminal(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Returns the terminal that is standard input (0), output (1) or error (2); empty if that is none.
     *
     * @throws io.carrel.linux.SyscallException if the stream is closed
     */
    public static Optional<HostTerminal> ofStream(int stream) {
        Descriptor descriptor = Kernel.duplicateOfStandard(stream);
        if (TerminalCalls.size(descriptor).isEmpty()) {
            descriptor.close();
            return Optional.empty();
        }
        return Optional.of(new HostTerminal(descriptor));
    }

    /** Returns how large it is now. */
    public TerminalSize size() {
        return TerminalCalls.size(descriptor).orElseGet(() -> new TerminalSize(0, 0));
    }

    /** Has each key come as it is pressed, Ctrl-C and all others, and shows none of them, until {@link #close}. */
    public synchronized void makeRaw() {
        if (before == null) {
            byte[] old = TerminalCalls.modes(descriptor);
            byte[] raw = old.clone();
            clear(raw, INPUT_MODES, COOKED_INPUT);
            clear(raw, OUTPUT_MODES, COOKED_OUTPUT);
            clear(raw, CONTROL_MODES, CHARACTER_SIZE);
            raw[CONTROL_MODES] |= EIGHT_BITS;
            clear(raw, LOCAL_MODES, COOKED_LOCAL);
            raw[VTIME] = 0;
            raw[VMIN] = 1;
            TerminalCalls.setModes(descriptor, raw);
            before = old;
        }
    }

    /** The processors that this runs on have the lowest byte first. */
    private static void clear(byte[] modes, int at, int bits) {
        for (int i = 0; i < Integer.BYTES; i++) {
            modes[at + i] &= (byte) ~(bits >>> i * Byte.SIZE);
        }
    }

    /** Makes it what it was before. A terminal that is gone meanwhile needs nothing. */
    @Override
    public synchronized void close() {
        if (before != null && descriptor.isOpen()) {
            try {
                TerminalCalls.setModes(descriptor, before);
            } catch (SyscallException gone) {
                // Nobody sees how it is.
            }
        }
        before = null;
        descriptor.close();
    }
}
