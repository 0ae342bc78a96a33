package io.carrel.linux.bpf;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.linux.uapi.Struct;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * One instruction. Jumps count from the instruction after theirs. Immutable.
 *
 * @param opcode the kind of instruction and what it works on
 * @param destination the first register, for a store the one with the address
 * @param source the second register
 * @param offset of memory in bytes, of a jump in instructions
 * @param immediate the second value where that is no register, sign-extended to 64 bits
 * @see <a href="https://docs.kernel.org/bpf/standardization/instruction-set.html">BPF Instruction Set Architecture</a>
 */
public record BpfInstruction(int opcode, Register destination, Register source, int offset, int immediate) {

    /** The bytes of an instruction. */
    public static final int SIZE = 8;

    private static final int BPF_LDX = 0x01;
    private static final int BPF_STX = 0x03;
    private static final int BPF_JMP = 0x05;
    private static final int BPF_ALU64 = 0x07;
    private static final int CLASS = 0x07;

    private static final int BPF_MEM = 0x60;
    private static final int BPF_X = 0x08;
    private static final int BPF_JA = 0x00;
    private static final int BPF_EXIT = 0x90;
    private static final int WIDTH = 0x18;
    private static final int OPERATION = 0xf0;

    /** Checks the ranges of opcode and offset. */
    public BpfInstruction {
        requireNonNull(destination, "destination");
        requireNonNull(source, "source");
        checkArgument(opcode >= 0 && opcode <= 0xff, "an opcode is a byte, not %s", opcode);
        checkArgument(offset == (short) offset, "an offset is -32768 to 32767, not %s", offset);
    }

    /** Returns {@code to = *(width *)(base + offset)}: the bits above are cleared. */
    public static BpfInstruction load(Width width, Register to, Register base, int offset) {
        return new BpfInstruction(BPF_LDX | BPF_MEM | width.code(), to, base, offset, 0);
    }

    /** Returns {@code *(width *)(base + offset) = from}. */
    public static BpfInstruction store(Width width, Register base, int offset, Register from) {
        return new BpfInstruction(BPF_STX | BPF_MEM | width.code(), base, from, offset, 0);
    }

    /** Changes {@code to} by a number. */
    public static BpfInstruction of(Arithmetic operation, Register to, int number) {
        return new BpfInstruction(BPF_ALU64 | operation.code(), to, Register.R0, 0, number);
    }

    /** Changes {@code to} by another register. */
    public static BpfInstruction of(Arithmetic operation, Register to, Register from) {
        return new BpfInstruction(BPF_ALU64 | BPF_X | operation.code(), to, from, 0, 0);
    }

    /** Jumps over {@code offset} instructions, back if it is negative. */
    public static BpfInstruction jump(int offset) {
        return new BpfInstruction(BPF_JMP | BPF_JA, Register.R0, Register.R0, offset, 0);
    }

    /** Jumps if a register compares so with a number. */
    public static BpfInstruction jumpIf(Register left, Comparison comparison, int right, int offset) {
        return new BpfInstruction(BPF_JMP | comparison.code(), left, Register.R0, offset, right);
    }

    /** Jumps if a register compares so with another. */
    public static BpfInstruction jumpIf(Register left, Comparison comparison, Register right, int offset) {
        return new BpfInstruction(BPF_JMP | BPF_X | comparison.code(), left, right, offset, 0);
    }

    /** Ends the program. */
    public static BpfInstruction exit() {
        return new BpfInstruction(BPF_JMP | BPF_EXIT, Register.R0, Register.R0, 0, 0);
    }

    /** Returns the bytes of its {@code struct bpf_insn}. */
    public byte[] toBytes() {
        return Struct.ofSize(SIZE)
                .bytes(new byte[] {(byte) opcode, (byte) (source.ordinal() << 4 | destination.ordinal())})
                .u16(offset)
                .u32(immediate)
                .toBytes();
    }

    /** Writes it as the kernel's documentation does, jumps with their distance: {@code if r2 != 1 goto +3}. */
    @Override
    public String toString() {
        return text("%+d".formatted(offset));
    }

    /** Returns the text at a place in a program, jumps with the place they lead to. */
    String textAt(int index) {
        return text(Integer.toString(index + 1 + offset));
    }

    private String text(String target) {
        return switch (opcode & CLASS) {
            case BPF_LDX -> "%s = *(%s *)(%s + %d)".formatted(destination, width(), source, offset);
            case BPF_STX -> "*(%s *)(%s + %d) = %s".formatted(width(), destination, offset, source);
            case BPF_ALU64 -> "%s %s %s".formatted(destination, arithmetic(), second());
            case BPF_JMP -> jumpText(target);
            default -> "opcode 0x%02x".formatted(opcode);
        };
    }

    private String jumpText(String target) {
        return switch (opcode & OPERATION) {
            case BPF_JA -> "goto " + target;
            case BPF_EXIT -> "exit";
            default -> "if %s %s %s goto %s".formatted(destination, comparison(), second(), target);
        };
    }

    private String second() {
        return (opcode & BPF_X) == 0 ? Integer.toString(immediate) : source.toString();
    }

    private String width() {
        return find(Width.values(), width -> width.code() == (opcode & WIDTH));
    }

    private String arithmetic() {
        return find(Arithmetic.values(), operation -> operation.code() == (opcode & OPERATION));
    }

    private String comparison() {
        return find(Comparison.values(), comparison -> comparison.code() == (opcode & OPERATION));
    }

    /** An instruction may be one that Carrel has no name for. */
    private <T> String find(T[] values, Predicate<T> wanted) {
        return Arrays.stream(values)
                .filter(wanted)
                .findFirst()
                .map(Object::toString)
                .orElse("<opcode 0x%02x>".formatted(opcode));
    }
}
