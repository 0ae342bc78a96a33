package io.carrel.namespaces;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/**
 * The last steps of a command's process: its working directory, and execve. A name without a slash is looked for in the
 * directories of {@code PATH}, as {@code execvp} does, but inside: after the namespaces are entered.
 *
 * @param command the command and its arguments
 * @param environment all of its environment
 * @param directory its working directory, empty to leave it
 */
record Execution(ImmutableList<String> command, ImmutableMap<String, String> environment, String directory) {

    static final String SANE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** The search goes on after these. */
    private static final ImmutableList<Errno> NOT_HERE = ImmutableList.of(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);

    void append(ProgramBuilder program) {
        if (!directory.isEmpty()) {
            program.call("enter the working directory", Syscall.CHDIR, Operand.text(directory));
        }
        Operand arguments = Data.vector(command).address();
        Operand variables = Data.vector(environment.entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .address();
        String step = "execute \"" + command.get(0) + "\"";
        List<String> candidates = candidates();
        for (String path : candidates.subList(0, candidates.size() - 1)) {
            Label refused = new Label("refused");
            Label next = new Label("next");
            program.call(step, Syscall.EXECVE, Operand.text(path), arguments, variables)
                    .onFailure(refused);
            program.place(refused);
            for (Errno errno : NOT_HERE) {
                program.ifEqual(program.report(Report.FAILURE), -errno.number(), next);
            }
            // The same once more, to fail: this is the file, and what is wrong with it is what the caller wants to
            // know.
            program.call(step, Syscall.EXECVE, Operand.text(path), arguments, variables);
            program.place(next);
        }
        program.call(step, Syscall.EXECVE, Operand.text(Iterables.getLast(candidates)), arguments, variables);
    }

    /** Where the file may be, in order; at least one path. */
    List<String> candidates() {
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
}
