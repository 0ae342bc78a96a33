package io.carrel.internal;

import com.google.common.base.Splitter;
import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.Map;

/** Executes a command as {@code execvpe} does: a name without a slash is looked for in each directory of PATH. */
record CommandSteps(ProgramBuilder program) {

    private static final String EVERYWHERE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    void execute(List<String> command, Map<String, String> environment) {
        String name = command.get(0);
        Operand arguments = Data.vector(command).address();
        Operand variables = Data.vector(environment.entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .address();
        List<String> candidates = candidates(name, environment.getOrDefault("PATH", EVERYWHERE));
        String step = "execute " + name;
        if (candidates.size() == 1) {
            program.call(step, Syscall.EXECVE, Operand.text(candidates.get(0)), arguments, variables);
            return;
        }
        Data denied = Data.words("denied", 1);
        for (String candidate : candidates) {
            program.call(step, Syscall.EXECVE, Operand.text(candidate), arguments, variables)
                    .ignoreFailure();
            goOnIfNotThere(denied);
        }
        restore(denied);
    }

    private static List<String> candidates(String name, String path) {
        if (name.contains("/")) {
            return List.of(name);
        }
        return Splitter.on(':')
                .splitToStream(path)
                .map(directory -> (directory.isEmpty() ? "." : directory) + "/" + name)
                .toList();
    }

    /** Another directory may have it where this one does not, or does not let the user; any other failure counts. */
    private void goOnIfNotThere(Data denied) {
        Operand.Address failure = program.report(Report.FAILURE);
        Label next = new Label("next");
        Label remember = new Label("remember");
        program.ifEqual(failure, -Errno.ENOENT.number(), next);
        program.ifEqual(failure, -Errno.ENOTDIR.number(), next);
        program.ifEqual(failure, -Errno.EACCES.number(), remember);
        program.fail();
        program.place(remember);
        program.add(program.report(Report.FAILED_INSTRUCTION), 0, denied.address());
        program.place(next);
    }

    /** A program that may not be executed says more than one that is nowhere. */
    private void restore(Data denied) {
        Label nowhere = new Label("nowhere");
        program.ifEqual(denied.address(), 0, nowhere);
        program.add(denied.address(), 0, program.report(Report.FAILED_INSTRUCTION));
        program.set(program.report(Report.FAILURE), -Errno.EACCES.number());
        program.place(nowhere);
        program.fail();
    }
}
