package io.carrel.cli;

import io.carrel.linux.Signal;

/**
 * A signal, as it is given to a command.
 *
 * @param value its number
 */
record SignalNumber(int value) {

    /** Reads a number or a name, such as {@code SIGTERM} or {@code term}. */
    static SignalNumber parse(String text) {
        return new SignalNumber(Signal.numberOf(text)
                .orElseThrow(() -> new IllegalArgumentException("no signal: \"%s\"".formatted(text))));
    }
}
