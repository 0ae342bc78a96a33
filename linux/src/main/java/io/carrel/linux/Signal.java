package io.carrel.linux;

import java.util.Optional;

/**
 * The standard signals, in order of their numbers, which x86-64 and aarch64 share.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>
 */
public enum Signal {
    HUP,
    INT,
    QUIT,
    ILL,
    TRAP,
    ABRT,
    BUS,
    FPE,
    KILL,
    USR1,
    SEGV,
    USR2,
    PIPE,
    ALRM,
    TERM,
    STKFLT,
    CHLD,
    CONT,
    STOP,
    TSTP,
    TTIN,
    TTOU,
    URG,
    XCPU,
    XFSZ,
    VTALRM,
    PROF,
    WINCH,
    IO,
    PWR,
    SYS;

    /** The highest number that a signal may have, real-time ones included: the kernel's {@code _NSIG}. */
    public static final int HIGHEST = 64;

    /** Returns the signal's number. */
    public int number() {
        return ordinal() + 1;
    }

    /** Returns the standard signal with this number; empty for real-time signals and other numbers. */
    public static Optional<Signal> of(int number) {
        return number >= 1 && number <= values().length ? Optional.of(values()[number - 1]) : Optional.empty();
    }

    /**
     * Returns the number that a text stands for, which is a number from 1 to 64 or a name such as {@code SIGTERM},
     * {@code term} or {@code RTMIN+3}; empty for other text.
     */
    public static Optional<Integer> numberOf(String text) {
        return SignalNames.parse(text);
    }
}
