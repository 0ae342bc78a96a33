package io.carrel.linux.launch;

import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.ProgramBuilder.Call;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Memory;
import io.carrel.linux.uapi.Syscall;

/**
 * The steps by which a program gets memory that its file does not have, at an address that is known when it is made.
 */
record MapSteps(ProgramBuilder program) {

    Call map(String step, long address, int size) {
        return program.call(
                step,
                Syscall.MMAP,
                place(address),
                Operand.of(size),
                Operand.of(Memory.PROT_READ.or(Memory.PROT_WRITE)),
                Operand.of(Memory.MAP_PRIVATE.or(Memory.MAP_ANONYMOUS).or(Memory.MAP_FIXED_NOREPLACE)),
                Operand.of(-1),
                Operand.of(0));
    }

    static Operand place(long address) {
        return Operand.of(new Constant("0x%x".formatted(address), address));
    }
}
