package io.carrel.linux.program;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.uapi.Processor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * System calls as data: what the processes of a start do, in order, with every argument and every branch. Immutable;
 * the same program can be started many times.
 *
 * @see ProgramBuilder
 */
public final class SyscallProgram implements StepTable {

    private final ImmutableList<Instruction> instructions;
    private final Data report;
    private final Map<Processor, byte[]> files = new ConcurrentHashMap<>();

    SyscallProgram(List<Instruction> instructions, Data report) {
        this.instructions = ImmutableList.copyOf(instructions);
        this.report = report;
    }

    /** Returns every system call in order, as listings print them. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (Instruction instruction : instructions) {
            instruction
                    .syscall()
                    .ifPresent(call -> steps.add(new Step(
                            instruction.reason().section(),
                            call.symbol(),
                            instruction.argumentText(),
                            instruction.reason().step(),
                            instruction.reason().subject())));
        }
        return steps;
    }

    /** Every system call by where it lies in the running program, in order. */
    Map<Long, Step> stepsByAddress() {
        ProgramImage image = image();
        List<Step> all = steps();
        Map<Long, Step> steps = new LinkedHashMap<>();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).syscall().isPresent()) {
                steps.put(image.addressOf(i), all.get(steps.size()));
            }
        }
        return steps;
    }

    @Override
    public Optional<Step> stepAt(long address) {
        OptionalInt index = image().instructionAt(address);
        if (index.isEmpty()) {
            return Optional.empty();
        }
        Instruction found = instructions.get(index.getAsInt());
        String call = found.syscall().map(syscall -> syscall.symbol()).orElse(ProgramBuilder.UNKNOWN);
        return Optional.of(new Step(
                found.reason().section(),
                call,
                found.argumentText(),
                found.reason().step(),
                found.reason().subject()));
    }

    /**
     * Returns the static ELF file that runs this program: the interpreter for the processor, and this program as its
     * data. It is made once, for each start writes it, and must not be changed.
     */
    public byte[] toElf(Processor processor) {
        return files.computeIfAbsent(processor, wanted -> image().toElf(wanted));
    }

    ProgramImage image() {
        return new ProgramImage(instructions, report);
    }

    /**
     * Returns this program with the {@code index}-th of its {@link #steps()} replaced by a call that no kernel knows,
     * so that it fails with ENOSYS. It is how tests see every step fail.
     */
    public SyscallProgram withFailingStep(int index) {
        List<Instruction> changed = new ArrayList<>(instructions);
        int step = -1;
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).syscall().isPresent() && ++step == index) {
                changed.set(i, changed.get(i).withOperation(new Operation.Unknown()));
                return new SyscallProgram(changed, report);
            }
        }
        checkArgument(false, "the program has %s steps, asked for %s", step + 1, index);
        throw new AssertionError();
    }

    /** Writes one line for each instruction, with its branches. */
    @Override
    public String toString() {
        return Listing.of(instructions);
    }
}
