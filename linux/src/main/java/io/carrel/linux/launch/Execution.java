package io.carrel.linux.launch;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.Map;

/**
 * The last steps of a command's process: its working directory, and execve. A name without a slash is looked for in the
 * directories of {@code PATH}, as {@code execvp} does, but inside, where the process is then. Immutable.
 *
 * @param command the command and its arguments
 * @param environment all of its environment
 * @param directory its working directory, empty to leave it
 */
public record Execution(List<String> command, Map<String, String> environment, String directory) {

    /** Where programs are on most systems. */
    public static final String SANE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Copies the arguments. */
    public Execution {
        command = ImmutableList.copyOf(command);
        environment = ImmutableMap.copyOf(environment);
    }

    /** Appends the steps. */
    public void append(ProgramBuilder program) {
        if (!directory.isEmpty()) {
            program.call("enter the working directory", Syscall.CHDIR, Operand.text(directory));
        }
        Operand arguments = Data.vector(command).address();
        Operand variables = Data.environment(environment).address();
        String step = "execute \"" + command.get(0) + "\"";
        List<String> candidates = candidates();
        if (candidates.size() == 1) {
            program.call(step, Syscall.EXECVE, Operand.text(candidates.get(0)), arguments, variables)
                    .about(LinuxSubject.COMMAND);
            return;
        }
        Data denied = Data.words("denied", 1);
        for (String candidate : candidates) {
            Label failed = new Label("failed");
            program.call(step, Syscall.EXECVE, Operand.text(candidate), arguments, variables)
                    .about(LinuxSubject.COMMAND)
                    .onFailure(failed);
            program.place(failed);
            goOnIfNotThere(program, denied);
        }
        restore(program, denied);
    }

    /** Lists where the file may be, in order; at least one path. */
    public List<String> candidates() {
        String name = command.get(0);
        if (name.contains("/")) {
            return ImmutableList.of(name);
        }
        String path = environment.getOrDefault("PATH", SANE_PATH);
        return Splitter.on(':')
                .splitToStream(path)
                .map(directory -> directory.isEmpty() ? name : directory + "/" + name)
                .collect(ImmutableList.toImmutableList());
    }

    /** Another directory may have it where this one does not, or does not let the user; any other failure counts. */
    static void goOnIfNotThere(ProgramBuilder program, Data denied) {
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
    static void restore(ProgramBuilder program, Data denied) {
        Label nowhere = new Label("nowhere");
        program.ifEqual(denied.address(), 0, nowhere);
        program.add(denied.address(), 0, program.report(Report.FAILED_INSTRUCTION));
        program.set(program.report(Report.FAILURE), -Errno.EACCES.number());
        program.place(nowhere);
        program.fail();
    }
}
