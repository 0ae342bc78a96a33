package io.carrel.linux.bpf;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.uapi.Bpf;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program for the kernel's own machine. Whether it is safe to run is the kernel's to judge, when it is loaded.
 * Immutable.
 *
 * @param name what the kernel lists it under: at most 15 letters, digits, underscores and dots
 * @param instructions its instructions, the first one is where it starts
 */
public record BpfProgram(String name, List<BpfInstruction> instructions) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1," + Bpf.LONGEST_NAME + "}");

    /** Checks the name, copies the instructions. */
    public BpfProgram {
        checkArgument(
                NAME.matcher(name).matches(),
                "a program's name has 1 to %s letters, digits, underscores and dots, not \"%s\"",
                Bpf.LONGEST_NAME,
                name);
        checkArgument(!instructions.isEmpty(), "the program %s has no instructions", name);
        instructions = ImmutableList.copyOf(instructions);
    }

    /** Returns an array of {@code struct bpf_insn}. */
    public byte[] toBytes() {
        byte[] bytes = new byte[instructions.size() * BpfInstruction.SIZE];
        for (int i = 0; i < instructions.size(); i++) {
            System.arraycopy(instructions.get(i).toBytes(), 0, bytes, i * BpfInstruction.SIZE, BpfInstruction.SIZE);
        }
        return bytes;
    }

    /** Returns a line for each instruction: its place, and what it does. */
    public String listing() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < instructions.size(); i++) {
            text.append("%4d  %s\n".formatted(i, instructions.get(i).textAt(i)));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "%s (%d instructions)".formatted(name, instructions.size());
    }
}
