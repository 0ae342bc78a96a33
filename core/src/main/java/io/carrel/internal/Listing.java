package io.carrel.internal;

import io.carrel.linux.Printable;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A plan as people read it: for each process its system calls, in order, as strace prints them, with their reasons. */
public final class Listing {

    private static final String FAILURE = "failure";

    private Listing() {}

    /** The text. */
    public static String of(SyscallProgram program, List<HostStep> hostSteps, NetworkParts network) {
        StringJoiner text = new StringJoiner("\n");
        Map<String, StringJoiner> processes = new LinkedHashMap<>();
        for (Step step : program.steps()) {
            processes
                    .computeIfAbsent(step.process(), process -> new StringJoiner("\n"))
                    .add(line("%s  # %s".formatted(step.text(), step.reason())));
        }
        StringJoiner failure = processes.remove(FAILURE);
        processes.forEach((process, steps) -> text.add(process + ":").add(steps.toString()));
        if (!hostSteps.isEmpty() || network.needsHost()) {
            text.add("host, while the container's first process waits:");
            hostSteps.forEach(step -> text.add(line(step.description())));
            network.describe().forEach(step -> text.add(line(step)));
        }
        if (failure != null) {
            text.add("after a failure:").add(failure.toString());
        }
        return text.toString();
    }

    /** Names that an image chose stay within it. */
    private static String line(String text) {
        return "  " + Printable.of(text);
    }
}
