package io.carrel.linux.program;

import static io.carrel.linux.program.X64Assembler.Register.R10;
import static io.carrel.linux.program.X64Assembler.Register.R8;
import static io.carrel.linux.program.X64Assembler.Register.R9;
import static io.carrel.linux.program.X64Assembler.Register.RAX;
import static io.carrel.linux.program.X64Assembler.Register.RBX;
import static io.carrel.linux.program.X64Assembler.Register.RCX;
import static io.carrel.linux.program.X64Assembler.Register.RDI;
import static io.carrel.linux.program.X64Assembler.Register.RDX;
import static io.carrel.linux.program.X64Assembler.Register.RSI;

/**
 * The interpreter for x86-64. It uses no stack and keeps all its state in one register, so processes that share its
 * memory after {@code clone(CLONE_VM)} do not disturb each other.
 *
 * <ul>
 *   <li>{@code rbx}: the instruction
 *   <li>{@code rax}: operation, then result; {@code rdi rsi rdx r10 r8 r9}: arguments, as {@code syscall} wants them
 * </ul>
 */
final class X64Interpreter {

    private final X64Assembler asm = new X64Assembler();

    byte[] assemble(long firstInstruction) {
        asm.move(RBX, firstInstruction);
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
        asm.load(RAX, RBX, Instruction.OPERATION);
        asm.load(RDI, RBX, Instruction.ARGUMENTS);
        asm.load(RSI, RBX, Instruction.ARGUMENTS + 8);
        asm.load(RDX, RBX, Instruction.ARGUMENTS + 16);
        asm.load(R10, RBX, Instruction.ARGUMENTS + 24);
        asm.load(R8, RBX, Instruction.ARGUMENTS + 32);
        asm.load(R9, RBX, Instruction.ARGUMENTS + 40);
        asm.test(RAX);
        asm.jumpIfNegative("control");
    }

    /** Makes the system call and reports its failure. */
    private void call() {
        asm.syscall();
        asm.test(RAX);
        asm.jumpIfNotNegative("store");
        asm.load(RCX, RBX, Instruction.REPORT);
        asm.store(RCX, Report.FAILED_INSTRUCTION, RBX);
        asm.store(RCX, Report.FAILURE, RAX);
    }

    /** Stores the result where the instruction wants it. */
    private void store() {
        asm.label("store");
        asm.load(RCX, RBX, Instruction.DESTINATION);
        asm.store(RCX, 0, RAX);
    }

    /** Goes on with the instruction that the result's sign decides on. */
    private void branch() {
        asm.test(RAX);
        asm.jumpIfNegative("failed");
        asm.jumpIfZero("zero");
        asm.load(RBX, RBX, Instruction.POSITIVE);
        asm.jump("execute");
        asm.label("zero");
        asm.load(RBX, RBX, Instruction.ZERO);
        asm.jump("execute");
        asm.label("failed");
        asm.load(RBX, RBX, Instruction.NEGATIVE);
        asm.jump("execute");
    }

    /** Does what {@link Operation.Control} wants, by its codes -1, -2, -3, -4, with a word and a number. */
    private void compute() {
        asm.label("control");
        asm.load(RDI, RDI, 0);
        asm.increment(RAX);
        asm.jumpIfZero("add");
        asm.increment(RAX);
        asm.jumpIfZero("and");
        asm.increment(RAX);
        asm.jumpIfZero("shift");
        asm.subtract(RDI, RSI);
        asm.jump("computed");
        asm.label("shift");
        asm.move(RCX, RSI);
        asm.shiftRightByCl(RDI);
        asm.jump("computed");
        asm.label("and");
        asm.and(RDI, RSI);
        asm.jump("computed");
        asm.label("add");
        asm.add(RDI, RSI);
        asm.label("computed");
        asm.move(RAX, RDI);
        asm.jump("store");
    }
}
