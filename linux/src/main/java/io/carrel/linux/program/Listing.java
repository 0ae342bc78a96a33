package io.carrel.linux.program;

import io.carrel.linux.program.Instruction.Destination;
import java.util.List;

/** A program's instructions with all their branches, for the people who write programs. */
final class Listing {

    private Listing() {}

    static String of(List<Instruction> instructions) {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            if (!instruction.reason().section().equals(section)) {
                section = instruction.reason().section();
                text.append(section).append(":\n");
            }
            text.append("%4d  %s%n".formatted(i, line(i, instruction)));
        }
        return text.toString();
    }

    private static String line(int index, Instruction instruction) {
        String name = instruction
                .syscall()
                .map(call -> call.symbol())
                .orElseGet(() -> instruction.operation().toString());
        StringBuilder line = new StringBuilder("%s(%s)".formatted(name, instruction.argumentText()));
        if (instruction.destination() instanceof Destination.Word word) {
            line.append(" -> ").append(word.address());
        } else if (instruction.destination() instanceof Destination.Argument argument) {
            line.append(" -> argument %d of %d".formatted(argument.argument(), argument.instruction()));
        }
        branch(line, "next", instruction.branches().positive(), index + 1);
        branch(
                line,
                "zero",
                instruction.branches().zero(),
                instruction.branches().positive());
        branch(line, "fail", instruction.branches().negative(), -1);
        return line.toString();
    }

    private static void branch(StringBuilder line, String name, int target, int expected) {
        if (target != expected) {
            line.append(" %s:%d".formatted(name, target));
        }
    }
}
