package io.carrel;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TerminalCalls;
import io.carrel.linux.uapi.Termios;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that this JVM has as a standard stream, for programs that connect it with that of a container.
 * Thread-safe. See termios(3).
 */
public final class HostTerminal implements AutoCloseable {

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
            TerminalCalls.setModes(descriptor, Termios.raw(old));
            before = old;
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
