package io.carrel.linux.program;

/**
 * The interpreter for aarch64, the same as {@link X64Interpreter} step by step.
 *
 * <ul>
 *   <li>{@code x19}: the instruction
 *   <li>{@code x8}: operation; {@code x0} to {@code x5}: arguments, then result in {@code x0}, as {@code svc} wants
 *   them
 * </ul>
 */
final class Aarch64Interpreter {

    private static final int INSTRUCTION = 19;
    private static final int OPERATION = 8;
    private static final int RESULT = 0;
    private static final int SCRATCH = 9;

    private final Aarch64Assembler asm = new Aarch64Assembler();

    byte[] assemble(long firstInstruction) {
        asm.move(INSTRUCTION, firstInstruction);
        fetch();
        call();
        store();
        branch();
        compute();
        return asm.toBytes();
    }

    /** Loads the instruction's operation and arguments. */
    private void fetch() {
        asm.label("execute");
        asm.load(OPERATION, INSTRUCTION, Instruction.OPERATION);
        for (int argument = 0; argument < 6; argument++) {
            asm.load(argument, INSTRUCTION, Instruction.ARGUMENTS + 8 * argument);
        }
        asm.branchIfNegative(OPERATION, "control");
    }

    /** Makes the system call and reports its failure. */
    private void call() {
        asm.supervisorCall();
        asm.branchIfNotNegative(RESULT, "store");
        asm.load(SCRATCH, INSTRUCTION, Instruction.REPORT);
        asm.store(INSTRUCTION, SCRATCH, Report.FAILED_INSTRUCTION);
        asm.store(RESULT, SCRATCH, Report.FAILURE);
    }

    /** Stores the result where the instruction wants it. */
    private void store() {
        asm.label("store");
        asm.load(SCRATCH, INSTRUCTION, Instruction.DESTINATION);
        asm.store(RESULT, SCRATCH, 0);
    }

    /** Goes on with the instruction that the result's sign decides on. */
    private void branch() {
        asm.branchIfNegative(RESULT, "failed");
        asm.branchIfZero(RESULT, "zero");
        asm.load(INSTRUCTION, INSTRUCTION, Instruction.POSITIVE);
        asm.branch("execute");
        asm.label("zero");
        asm.load(INSTRUCTION, INSTRUCTION, Instruction.ZERO);
        asm.branch("execute");
        asm.label("failed");
        asm.load(INSTRUCTION, INSTRUCTION, Instruction.NEGATIVE);
        asm.branch("execute");
    }

    /** Does what {@link Operation.Control} wants, by its codes -1, -2, -3, -4, with a word and a number. */
    private void compute() {
        asm.label("control");
        asm.load(0, 0, 0);
        asm.increment(OPERATION);
        asm.branchIfZero(OPERATION, "add");
        asm.increment(OPERATION);
        asm.branchIfZero(OPERATION, "and");
        asm.increment(OPERATION);
        asm.branchIfZero(OPERATION, "shift");
        asm.subtract(RESULT, 0, 1);
        asm.branch("store");
        asm.label("shift");
        asm.shiftRight(RESULT, 0, 1);
        asm.branch("store");
        asm.label("and");
        asm.and(RESULT, 0, 1);
        asm.branch("store");
        asm.label("add");
        asm.add(RESULT, 0, 1);
        asm.branch("store");
    }
}
