package io.carrel.linux.program;

import io.carrel.linux.Subject;

/**
 * One system call of a program as people read it.
 *
 * @param process which process makes it
 * @param call the call's name
 * @param arguments its arguments
 * @param reason why it is made, as the end of "Cannot ..."
 * @param subject what it is made for
 */
public record Step(String process, String call, String arguments, String reason, Subject subject) {

    /** Returns the call as strace prints it. */
    public String text() {
        return call + "(" + arguments + ")";
    }
}
