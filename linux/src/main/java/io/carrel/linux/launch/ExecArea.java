package io.carrel.linux.launch;

import io.carrel.linux.program.Data;

/**
 * Where, in an init's memory, what this JVM has it execute lies. The JVM writes all of it, with final addresses, and
 * the init only passes them on to the kernel:
 *
 * <pre>
 *  message          header, among the program's own data      memory that the init maps for the first one
 * ┌────────┐       ┌────────────────────────────────────────┐       ┌────────────────────────────────┬──────────────────┐
 * │ header │──────▶│ size, addresses, slot, mark, ids       │──────▶│ slots: a pid each, then zeroes │ tables, strings  │
 * │ block  │       └────────────────────────────────────────┘       └────────────────────────────────┴──────────────────┘
 * └────────┘
 * </pre>
 *
 * The kernel stores the pid of each into the slot that the JVM has chosen (CLONE_CHILD_SETTID), so the init knows whose
 * ends to tell.
 */
final class ExecArea {

    /** The first word of such a message; that of the one by which all is to end is {@link #END}. */
    static final int EXECUTE = 2;
    /** What a JVM sends when all is to end. */
    static final int END = 1;
    /** The same of a JVM that wants the descriptor of standard input; for a detached init. */
    static final int ATTACH = 3;
    /** What it sends when whoever has attached is to be the last one who writes to standard input. */
    static final int END_INPUT = 4;

    /** Far above every program, and in the part of the address space that one page of page tables serves. */
    static final long ADDRESS = 0x1000000;

    private static final int PAGE = 4096;

    /** How many can run at a time: a zero comes after the last slot. */
    static final int SLOTS = PAGE / Long.BYTES - 1;

    /** Where the block of a message comes to lie. */
    static final long BLOCK = ADDRESS + PAGE;
    /** How long it may be. */
    static final int BLOCK_SIZE = 64 * 1024;
    /** The size of all. */
    static final int SIZE = PAGE + BLOCK_SIZE;

    static final int KIND = 0;
    /** The size of the message. */
    static final int TOTAL = 8;
    /** The address of a table of paths, of which the last is followed by zero. */
    static final int CANDIDATES = 16;
    /** That of the table of arguments. */
    static final int ARGUMENTS = 24;
    /** That of the table of variables. */
    static final int VARIABLES = 32;
    /** That of the working directory's path. */
    static final int DIRECTORY = 40;
    /** That of the slot. */
    static final int SLOT = 48;
    /** The mark, as {@code struct rlimit64}; see {@link Marked}. */
    static final int MARK = 56;
    /** 1 if it runs as another user than the command does. */
    static final int HAS_IDS = 72;
    /** That user's id, the group's, how many further groups there are, and the address of theirs. */
    static final int UID = 80;

    static final int GID = 88;
    static final int GROUP_COUNT = 96;
    static final int GROUPS = 104;
    /** 1 if it gets a terminal of its own. */
    static final int TERMINAL = 112;
    /** The terminal's size, as {@code struct winsize}. */
    static final int TERMINAL_SIZE = 120;
    /** How long the header is. */
    static final int HEADER_SIZE = 128;

    private ExecArea() {}

    /** The header in a program. */
    static Data header() {
        return Data.words("exec", HEADER_SIZE / Long.BYTES);
    }

    /** The address of a slot. */
    static long slot(int number) {
        return ADDRESS + (long) number * Long.BYTES;
    }
}
