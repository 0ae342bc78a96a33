package io.carrel.cli;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.outcome.ExitStatus;

/** Exit codes, as {@code docker run} gives them, and {@code timeout} for a time that is up. */
final class ExitCode {

    static final int TIMED_OUT = 124;
    static final int SETUP_FAILED = 125;
    static final int NOT_EXECUTABLE = 126;
    static final int NOT_FOUND = 127;
    /** Of what was killed with who could have told. */
    static final int UNKNOWN = 137;
    /** As a shell says it of a program that SIGPIPE has killed. */
    static final int UNREAD = 141;

    private ExitCode() {}

    /** The command's own code; 128 and the signal's number if it was killed. */
    static int of(ExitStatus status) {
        return status instanceof ExitStatus.TimedOut ? TIMED_OUT : status.code();
    }

    /** Of a command that did not come to run. */
    static int of(Exception failure) {
        if (failure instanceof SetupException setup && setup.subject() == LinuxSubject.COMMAND) {
            return setup.errno().equals(Errno.ENOENT) ? NOT_FOUND : NOT_EXECUTABLE;
        }
        return SETUP_FAILED;
    }
}
