package io.carrel.internal.step;

import io.carrel.linux.Printable;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A plan as people read it: what the host does, and for each process its system calls, in order, as strace prints them,
 * with their reasons.
 */
public final class Listing {

    private static final String FAILURE = "failure";

    private Listing() {}

    /** The text. */
    public static String of(SyscallProgram program, List<HostStep<?>> hostSteps) {
        Map<String, StringJoiner> parts = new LinkedHashMap<>();
        for (HostStep<?> step : hostSteps) {
            if (step.moment().isFirst()) {
                add(step, parts);
            }
        }
        for (Step step : program.steps()) {
            add(step.process(), "%s  # %s".formatted(step.text(), step.reason()), parts);
        }
        StringJoiner failure = parts.remove(FAILURE);
        for (HostStep<?> step : hostSteps) {
            if (!step.moment().isFirst()) {
                add(step, parts);
            }
        }
        if (failure != null) {
            parts.put("after a failure", failure);
        }
        StringJoiner text = new StringJoiner("\n");
        parts.forEach((heading, lines) -> text.add(heading + ":").add(lines.toString()));
        return text.toString();
    }

    private static void add(HostStep<?> step, Map<String, StringJoiner> parts) {
        step.description().forEach(text -> add(step.moment().heading(), text, parts));
    }

    private static void add(String heading, String text, Map<String, StringJoiner> parts) {
        parts.computeIfAbsent(heading, unused -> new StringJoiner("\n")).add(line(text));
    }

    /** Names that an image chose stay within it. */
    private static String line(String text) {
        return "  " + Printable.of(text);
    }
}
