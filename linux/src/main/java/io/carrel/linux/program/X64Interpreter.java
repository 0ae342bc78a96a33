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

    private static final int OPERATION = 0;
    private static final int ARGUMENTS = 8;
    private static final int DESTINATION = 56;
    private static final int NEXT = 64;
    private static final int ZERO = 72;
    private static final int FAILURE = 80;
    private static final int REPORT = 88;

    byte[] assemble(long firstInstruction) {
        X64Assembler asm = new X64Assembler();
        asm.move(RBX, firstInstruction);

        asm.label("execute");
        asm.load(RAX, RBX, OPERATION);
        asm.load(RDI, RBX, ARGUMENTS);
        asm.load(RSI, RBX, ARGUMENTS + 8);
        asm.load(RDX, RBX, ARGUMENTS + 16);
        asm.load(R10, RBX, ARGUMENTS + 24);
        asm.load(R8, RBX, ARGUMENTS + 32);
        asm.load(R9, RBX, ARGUMENTS + 40);
        asm.test(RAX);
        asm.jumpIfNegative("control");
        asm.syscall();
        asm.test(RAX);
        asm.jumpIfNotNegative("store");
        asm.load(RCX, RBX, REPORT);
        asm.store(RCX, Report.FAILED_INSTRUCTION, RBX);
        asm.store(RCX, Report.FAILURE, RAX);

        asm.label("store");
        asm.load(RCX, RBX, DESTINATION);
        asm.store(RCX, 0, RAX);
        asm.test(RAX);
        asm.jumpIfNegative("failed");
        asm.jumpIfZero("zero");
        asm.load(RBX, RBX, NEXT);
        asm.jump("execute");

        asm.label("zero");
        asm.load(RBX, RBX, ZERO);
        asm.jump("execute");

        asm.label("failed");
        asm.load(RBX, RBX, FAILURE);
        asm.jump("execute");

        asm.label("control"); // the codes of Operation.Control: -1, -2, -3
        asm.load(RDI, RDI, 0);
        asm.increment(RAX);
        asm.jumpIfZero("add");
        asm.increment(RAX);
        asm.jumpIfZero("and");
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
        return asm.toBytes();
    }
}
