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
 * @param section the process that executes it
 * @param step why it is there, as the end of "Cannot ..."
 * @param subject what it is made for
 * @param operation what it does
 * @param arguments at most six
 * @param destination where the result goes
 * @param next the index of the instruction after a positive result
 * @param zero the index after a zero result
 * @param failure the index after a negative result
 * @param tellsOfFailure whether a call that fails is written to the report
 */
record Instruction(
        String section,
        String step,
        Subject subject,
        Operation operation,
        List<Operand> arguments,
        Destination destination,
        int next,
        int zero,
        int failure,
        boolean tellsOfFailure) {

    /** Twelve words: operation, six arguments, destination, next, zero, failure, where a failure is written. */
    static final int WORDS = 12;

    static final int SIZE = WORDS * Long.BYTES;

    Instruction {
        arguments = ImmutableList.copyOf(arguments);
    }

    /** Where a result goes. */
    sealed interface Destination {

        /** A word of data. */
        record Word(Operand.Address address) implements Destination {}

        /** An argument of another instruction. */
        record Argument(int instruction, int argument) implements Destination {}

        /** Nowhere. */
        record Nowhere() implements Destination {}
    }

    /** The system call, empty for a control instruction. */
    Optional<Syscall> syscall() {
        return operation instanceof Operation.Call call ? Optional.of(call.syscall()) : Optional.empty();
    }

    String argumentText() {
        return arguments.stream().map(Operand::toString).collect(Collectors.joining(", "));
    }

    Instruction withOperation(Operation other) {
        return new Instruction(
                section, step, subject, other, arguments, destination, next, zero, failure, tellsOfFailure);
    }
}
