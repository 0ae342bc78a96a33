package io.carrel.linux.launch;

import io.carrel.linux.program.Label;
import io.carrel.linux.program.Report;

/** The steps by which an init learns of what is not the end of a child of its own, and tells of the container's end. */
interface InitEvents {

    /** Appends what comes before the loop. */
    void begin();

    /**
     * Appends what each turn begins with; it goes on with the next instruction.
     *
     * @param serve where to go when a command is to be executed
     * @param killAll where to go when all is to end
     */
    void look(Label serve, Label killAll);

    /** Appends what comes after a child has been reaped, when there may be more. */
    void reaped();

    /** Appends what comes when there is no child to be reaped: it ends at {@code turn}. */
    void await(Label turn);

    /**
     * Appends what comes when the command has ended, and all others, as far as is known: it ends the init, or goes to
     * {@link #finish}.
     */
    void end(String step, Report.Phase phase);

    /** Appends what comes after all that. */
    void finish();
}
