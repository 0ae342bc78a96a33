package io.carrel.linux.launch;

import io.carrel.linux.ResourceUsage;
import java.util.Optional;

/**
 * How a command ended. Immutable.
 *
 * @param waitStatus as {@code wait4} gives it: the exit code in bits 8 to 15, or the signal in the lowest seven
 * @param usage what it used, and all others of its PID namespace that were reaped; empty where nobody could tell
 */
public record ProcessExit(int waitStatus, Optional<ResourceUsage> usage) {

    /** Returns the signal's number that ended the command, 0 if it exited by itself. */
    public int signal() {
        return waitStatus & 0x7f;
    }

    /** Returns the exit code, if no signal ended the command. */
    public int exitCode() {
        return waitStatus >> 8 & 0xff;
    }
}
