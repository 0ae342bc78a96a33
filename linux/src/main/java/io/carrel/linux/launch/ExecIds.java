package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;

/**
 * Who a process is to be that an init executes, as its message says. Each use is loaded anew. Immutable.
 *
 * @param program the program
 * @param header where the message's header is
 */
public record ExecIds(ProgramBuilder program, Data header) {

    /** Appends a call that loads the user's id, and returns it. */
    public Operand uid() {
        return program.load(header.at(ExecArea.UID), "UID");
    }

    /** Loads the id of the group. */
    public Operand gid() {
        return program.load(header.at(ExecArea.GID), "GID");
    }

    /** Loads the number of further groups. */
    public Operand groupCount() {
        return program.load(header.at(ExecArea.GROUP_COUNT), "COUNT");
    }

    /** Loads the address of theirs. */
    public Operand groups() {
        return program.load(header.at(ExecArea.GROUPS), "GROUPS");
    }

    /** Says where the user's id is, to branch on. */
    public Operand.Address uidWord() {
        return header.at(ExecArea.UID);
    }
}
