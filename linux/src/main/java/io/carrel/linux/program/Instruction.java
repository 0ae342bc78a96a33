package io.carrel.linux.program;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One instruction of a program.
 *
 * @param reason why it is there
 * @param operation what it does
 * @param arguments at most six
 * @param destination where the result goes
 * @param branches what comes after it
 * @param tellsOfFailure whether a call that fails is written to the report
 */
record Instruction(
        Reason reason,
        Operation operation,
        List<Operand> arguments,
        Destination destination,
        Branches branches,
        boolean tellsOfFailure) {

    /** Twelve words, here with their offsets in bytes; {@link ProgramImage} writes them in this order. */
    static final int OPERATION = 0;

    static final int ARGUMENTS = 8;
    static final int DESTINATION = 56;
    /** Where the instruction lies that comes after a positive result. */
    static final int POSITIVE = 64;

    static final int ZERO = 72;
    static final int NEGATIVE = 80;
    /** Where a failure is written. */
    static final int REPORT = 88;

    static final int SIZE = 96;

    Instruction {
        arguments = ImmutableList.copyOf(arguments);
    }

    /**
     * Why an instruction is there.
     *
     * @param section the process that executes it
     * @param step the end of "Cannot ..."
     * @param subject what it is made for
     */
    record Reason(String section, String step, Subject subject) {}

    /**
     * The indexes of the instructions that come after one, by its result.
     *
     * @param positive after a positive result
     * @param zero after a zero result
     * @param negative after a negative result
     */
    record Branches(int positive, int zero, int negative) {}

    /** Where a result goes. */
    sealed interface Destination {

        /** A word of data. */
        record Word(Operand.Address address) implements Destination {}

        /** An argument of another instruction. */
        record Argument(int instruction, int argument) implements Destination {}

        /** Nowhere. */
        record Nowhere() implements Destination {}
    }

    /** Returns the system call, empty for a control instruction. */
    Optional<Syscall> syscall() {
        return operation instanceof Operation.Call call ? Optional.of(call.syscall()) : Optional.empty();
    }

    String argumentText() {
        return arguments.stream().map(Operand::toString).collect(Collectors.joining(", "));
    }

    Instruction withOperation(Operation other) {
        return new Instruction(reason, other, arguments, destination, branches, tellsOfFailure);
    }
}
