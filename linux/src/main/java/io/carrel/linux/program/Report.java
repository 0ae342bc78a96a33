package io.carrel.linux.program;

/**
 * The words that every program begins with and that its processes report in, each 64 bits. The interpreter itself
 * writes the first two when a system call fails whose failure is not ignored; the kernel and the program's instructions
 * write the others.
 */
public final class Report {

    /** The address of the instruction that failed last, in whichever process. */
    public static final int FAILED_INSTRUCTION = 0;
    /** What it returned: a negative errno. */
    public static final int FAILURE = 8;
    /** A {@link Phase}. */
    public static final int PHASE = 16;
    /** The pid of the process that the launcher cloned, as the JVM sees it; the kernel stores 32 bits. */
    public static final int CLONED_PID = 24;
    /** 1 if the launcher stays and supervises that process, 0 if that process is an init and a child of the JVM. */
    public static final int LAUNCHER_STAYS = 32;
    /** The wait status of the command, as {@code wait4} gives it; 32 bits. */
    public static final int WAIT_STATUS = 40;
    /** The pid of the process that serves the container from outside, 0 without one; 32 bits. */
    public static final int SIDECAR_PID = 44;
    /**
     * A {@code struct rusage} for the command and what it waited for, with an init for all that has ended; with EXITED
     * only.
     */
    public static final int RUSAGE = 48;
    /** The pid, as its PID namespace has it, of a process that the init executes for the JVM. */
    public static final int EXEC_PID = RUSAGE + 144;
    /** The size in bytes, and so of each message that a program sends. */
    public static final int SIZE = EXEC_PID + 8;

    private Report() {}

    /** What a message means. */
    public enum Phase {
        /** A call failed; the program ends. */
        FAILED,
        /** The program waits for a message. */
        READY,
        /** The command runs. */
        STARTED,
        /** The command has ended, and with it all that is to end. */
        EXITED,
        /** The command has ended; what else is in its PID namespace ends with the process that says so. */
        EXITED_BEFORE_OTHERS,
        /** The init has executed what the JVM asked for. */
        EXEC_RUNS,
        /** A call failed, and what the JVM asked for does not run. */
        EXEC_FAILED,
        /** What the JVM had the init execute has ended. */
        EXEC_ENDED,
        /** The process that the launcher cloned waits until the host has mapped its ids. */
        NEEDS_IDS,
        /** The process that the launcher cloned waits until the host has done its work for the network. */
        NEEDS_NETWORK,
        /** The init goes on without the JVM. */
        DETACHED,
        /** The init answers whoever attaches. */
        ATTACHED;

        /** Returns whether it is about what the JVM had the init execute. */
        public boolean isAboutExec() {
            return this == EXEC_RUNS || this == EXEC_FAILED || this == EXEC_ENDED;
        }

        /** Returns whether the program waits for the host's work in the middle of a start. */
        public boolean isNeed() {
            return this == NEEDS_IDS || this == NEEDS_NETWORK;
        }
    }
}
