package io.carrel.linux.program;

/**
 * The interpreter for aarch64, the same as {@link X64Interpreter} step by step.
 *
 * <ul>
 *   <li>{@code x19}: the instruction
 *   <li>{@code x8}: operation; {@code x0} to {@code x5}: arguments, then result in {@code x0}, as {@code svc} wants them
 * </ul>
 */
final class Aarch64Interpreter {

    private static final int INSTRUCTION = 19;
    private static final int OPERATION = 8;
    private static final int RESULT = 0;
    private static final int SCRATCH = 9;

    byte[] assemble(long firstInstruction) {
        Aarch64Assembler asm = new Aarch64Assembler();
        asm.move(INSTRUCTION, firstInstruction);

        asm.label("execute");
        asm.load(OPERATION, INSTRUCTION, 0);
        for (int argument = 0; argument < 6; argument++) {
            asm.load(argument, INSTRUCTION, 8 + 8 * argument);
        }
        asm.branchIfNegative(OPERATION, "control");
        asm.supervisorCall();
        asm.branchIfNotNegative(RESULT, "store");
        asm.load(SCRATCH, INSTRUCTION, 88);
        asm.store(INSTRUCTION, SCRATCH, Report.FAILED_INSTRUCTION);
        asm.store(RESULT, SCRATCH, Report.FAILURE);

        asm.label("store");
        asm.load(SCRATCH, INSTRUCTION, 56);
        asm.store(RESULT, SCRATCH, 0);
        asm.branchIfNegative(RESULT, "failed");
        asm.branchIfZero(RESULT, "zero");
        asm.load(INSTRUCTION, INSTRUCTION, 64);
        asm.branch("execute");

        asm.label("zero");
        asm.load(INSTRUCTION, INSTRUCTION, 72);
        asm.branch("execute");

        asm.label("failed");
        asm.load(INSTRUCTION, INSTRUCTION, 80);
        asm.branch("execute");

        asm.label("control"); // the codes of Operation.Control: -1, -2, -3
        asm.load(0, 0, 0);
        asm.increment(OPERATION);
        asm.branchIfZero(OPERATION, "add");
        asm.increment(OPERATION);
        asm.branchIfZero(OPERATION, "and");
        asm.shiftRight(RESULT, 0, 1);
        asm.branch("store");
        asm.label("and");
        asm.and(RESULT, 0, 1);
        asm.branch("store");
        asm.label("add");
        asm.add(RESULT, 0, 1);
        asm.branch("store");
        return asm.toBytes();
    }
}
