package io.carrel.cli;

import io.carrel.HostTerminal;
import io.carrel.linux.TerminalSize;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * This JVM's terminal while it shows that of a command: raw where keys go to the command, and as it was at any end.
 * Thread-safe.
 */
final class TerminalSession implements AutoCloseable {

    private static final TerminalSize USUAL = new TerminalSize(24, 80);
    /** How often it is looked whether the size is another. */
    private static final long PAUSE_MILLIS = 100;

    private final Optional<HostTerminal> terminal;
    private final boolean isInteractive;

    private TerminalSession(Optional<HostTerminal> terminal, boolean isInteractive) {
        this.terminal = terminal;
        this.isInteractive = isInteractive;
    }

    /**
     * Begins one.
     *
     * @param isInteractive whether what is typed goes to the command
     */
    static TerminalSession of(boolean isInteractive) {
        return new TerminalSession(HostTerminal.ofStream(isInteractive ? 0 : 1), isInteractive);
    }

    /** The size to begin with. */
    TerminalSize size() {
        return terminal.map(HostTerminal::size).orElse(USUAL);
    }

    /** From now on keys are the command's, and so is the size. */
    void begin(Consumer<TerminalSize> resize) {
        terminal.ifPresent(own -> {
            if (isInteractive) {
                own.makeRaw();
            }
            Thread thread = new Thread(() -> follow(own, resize), "carrel-terminal-size");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static void follow(HostTerminal own, Consumer<TerminalSize> resize) {
        TerminalSize known = own.size();
        resize.accept(known); // it may have changed during the start
        try {
            while (true) {
                Thread.sleep(PAUSE_MILLIS);
                TerminalSize now = own.size();
                if (!now.equals(known)) {
                    known = now;
                    resize.accept(now);
                }
            }
        } catch (InterruptedException | IllegalStateException atEnd) {
            return;
        }
    }

    @Override
    public void close() {
        terminal.ifPresent(HostTerminal::close);
    }
}
