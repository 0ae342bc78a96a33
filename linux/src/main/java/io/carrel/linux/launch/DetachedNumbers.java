package io.carrel.linux.launch;

/**
 * The numbers of the descriptors that a detached init has. It receives all of them by one message, when nothing else is open but its
 * standard streams and the channel, so they come one after the other.
 */
final class DetachedNumbers {

    /** Whence requests come. */
    static final int SOCKET = Launcher.FIRST_PASSED;
    /** Where the end is written. */
    static final int EXIT = SOCKET + 1;
    /** Locked as long as the init lives. */
    static final int LEASE = EXIT + 1;
    /** What whoever attaches gets: leads to the command's standard input. */
    static final int INPUT = LEASE + 1;
    /** Whence the command's standard output comes. */
    static final int OUTPUT = INPUT + 1;
    /** Whence its standard error comes. */
    static final int ERROR = OUTPUT + 1;
    /** The null device. */
    static final int NULL = ERROR + 1;
    /** The first file of the log. */
    static final int LOG = NULL + 1;
    /** How many files there are; a log of fewer has some of them more than once. */
    static final int LOGS = 16;
    /** How many the init is sent. */
    static final int COUNT = LOG + LOGS - SOCKET;
    /** Where the init sees whether there are signals. */
    static final int SIGNALS = LOG + LOGS;
    /** The first that is free. */
    static final int FREE = SIGNALS + 1;
    /** Where the init tells of the end of what it has executed: one for each slot. */
    static final int ANSWERS = 64;

    private DetachedNumbers() {}
}
