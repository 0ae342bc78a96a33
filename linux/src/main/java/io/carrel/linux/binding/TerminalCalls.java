package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Terminals;
import io.carrel.linux.uapi.Termios;
import java.util.Optional;

/**
 * System calls that are about terminals. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
public final class TerminalCalls {

    private TerminalCalls() {}

    /** Returns {@code struct winsize} as a word. */
    public static long word(TerminalSize size) {
        return size.rows() | (long) size.columns() << Short.SIZE;
    }

    /** Sets a terminal's size, by either side of it. */
    public static void setSize(Descriptor terminal, TerminalSize size) {
        try (Memory memory = new Memory(Terminals.SIZE_OF_SIZE)) {
            memory.setLong(0, word(size));
            Syscalls.check(
                    "Cannot set the size of a terminal to " + size,
                    Syscall.IOCTL,
                    terminal,
                    Terminals.TIOCSWINSZ,
                    memory);
        }
    }

    /** Returns a terminal's size; empty if this is no terminal. */
    public static Optional<TerminalSize> size(Descriptor terminal) {
        try (Memory memory = new Memory(Terminals.SIZE_OF_SIZE)) {
            long result = Syscalls.raw(
                    Syscall.IOCTL, terminal.number(), Terminals.TIOCGWINSZ.value(), Syscalls.address(memory));
            return result < 0
                    ? Optional.empty()
                    : Optional.of(new TerminalSize(memory.getShort(0) & 0xffff, memory.getShort(2) & 0xffff));
        }
    }

    /** Returns a terminal's modes, as {@code struct termios}. */
    public static byte[] modes(Descriptor terminal) {
        try (Memory memory = new Memory(Termios.SIZE)) {
            memory.clear();
            Syscalls.check("Cannot read the modes of a terminal", Syscall.IOCTL, terminal, Terminals.TCGETS, memory);
            return memory.getByteArray(0, Termios.SIZE);
        }
    }

    /** Sets them, when all is written that was to be. */
    public static void setModes(Descriptor terminal, byte[] modes) {
        try (Memory memory = new Memory(Termios.SIZE)) {
            memory.write(0, modes, 0, Termios.SIZE);
            Syscalls.check("Cannot set the modes of a terminal", Syscall.IOCTL, terminal, Terminals.TCSETSW, memory);
        }
    }
}
