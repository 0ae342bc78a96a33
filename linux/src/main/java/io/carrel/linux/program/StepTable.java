package io.carrel.linux.program;

import java.util.Optional;

/** What the instructions of a program are for, by where they lie in its memory. */
@FunctionalInterface
public interface StepTable {

    /** That of a program of which nothing is known. */
    StepTable UNKNOWN = address -> Optional.empty();

    /** Returns the step of the instruction at this address of the running program, empty if there is none. */
    Optional<Step> stepAt(long address);
}
