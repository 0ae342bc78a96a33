package io.carrel.linux.bpf;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.linux.program.Label;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Writes a program, instruction after instruction; jumps name labels, before or after they are placed. The kernel
 * refuses instructions that nothing can reach, so {@link #isTarget} tells whether a label is jumped to. Not
 * thread-safe.
 */
public final class BpfAssembler {

    /** A jump becomes an instruction when its distance is known. */
    private record Jump(Label target, IntFunction<BpfInstruction> instruction) {}

    private final List<BpfInstruction> instructions = new ArrayList<>();
    private final Map<Integer, Jump> jumps = new HashMap<>();
    private final Map<Label, Integer> places = new HashMap<>();

    /** Appends {@code to = *(width *)(base + offset)}. */
    public BpfAssembler load(Width width, Register to, Register base, int offset) {
        return add(BpfInstruction.load(width, to, base, offset));
    }

    /** Appends {@code *(width *)(base + offset) = from}. */
    public BpfAssembler store(Width width, Register base, int offset, Register from) {
        return add(BpfInstruction.store(width, base, offset, from));
    }

    /** Appends {@code to = number}. */
    public BpfAssembler move(Register to, int number) {
        return calculate(to, Arithmetic.MOV, number);
    }

    /** Appends {@code to = from}. */
    public BpfAssembler move(Register to, Register from) {
        return calculate(to, Arithmetic.MOV, from);
    }

    /** Changes a register by a number. */
    public BpfAssembler calculate(Register to, Arithmetic operation, int number) {
        return add(BpfInstruction.of(operation, to, number));
    }

    /** Changes a register by another. */
    public BpfAssembler calculate(Register to, Arithmetic operation, Register from) {
        return add(BpfInstruction.of(operation, to, from));
    }

    /** Goes on at the label. */
    public BpfAssembler jump(Label target) {
        return add(new Jump(target, BpfInstruction::jump));
    }

    /** Goes on at the label if the register compares so with the number. */
    public BpfAssembler jumpIf(Register left, Comparison comparison, int right, Label target) {
        return add(new Jump(target, distance -> BpfInstruction.jumpIf(left, comparison, right, distance)));
    }

    /** Goes on at the label if the register compares so with the other. */
    public BpfAssembler jumpIf(Register left, Comparison comparison, Register right, Label target) {
        return add(new Jump(target, distance -> BpfInstruction.jumpIf(left, comparison, right, distance)));
    }

    /** Ends the program with what {@code r0} holds. */
    public BpfAssembler exit() {
        return add(BpfInstruction.exit());
    }

    /** Places a label here: jumps to it go on with the next instruction. */
    public BpfAssembler label(Label label) {
        checkState(places.put(label, instructions.size()) == null, "the label %s is placed twice", label);
        return this;
    }

    /** Returns whether a jump so far leads to the label. */
    public boolean isTarget(Label label) {
        return jumps.values().stream().anyMatch(jump -> jump.target().equals(label));
    }

    /**
     * Returns the program.
     *
     * @throws IllegalStateException if a jump leads nowhere, or further than the 32767 instructions that it can
     */
    public BpfProgram toProgram(String name) {
        List<BpfInstruction> linked = new ArrayList<>(instructions);
        jumps.forEach((at, jump) -> linked.set(at, link(at, jump)));
        return new BpfProgram(name, linked);
    }

    private BpfInstruction link(int at, Jump jump) {
        Integer place = places.get(jump.target());
        checkState(place != null, "the jump at %s leads to the label %s, which is nowhere", at, jump.target());
        int distance = place - (at + 1);
        checkState(
                distance == (short) distance,
                "the jump at %s to %s over %s instructions is longer than -32768 to 32767",
                at,
                jump.target(),
                distance);
        return jump.instruction().apply(distance);
    }

    private BpfAssembler add(Jump jump) {
        jumps.put(instructions.size(), jump);
        return add(jump.instruction().apply(0));
    }

    private BpfAssembler add(BpfInstruction instruction) {
        instructions.add(instruction);
        return this;
    }
}
