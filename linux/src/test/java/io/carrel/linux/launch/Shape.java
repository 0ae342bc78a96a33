package io.carrel.linux.launch;

import static io.carrel.linux.uapi.CloneFlags.CLONE_NEWPID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_NEWUSER;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.function.Consumer;

/** The shapes of a {@link ProcessTree}, with nothing in them but namespaces that an ordinary user may make. */
enum Shape {
    /** An init in a PID namespace supervises the command. */
    INIT,
    /** The launcher supervises the command, which is the first process of a PID namespace. */
    COMMAND_IS_INIT,
    /** The launcher supervises the command, in the PID namespace of the JVM. */
    NO_PID_NAMESPACE;

    private Constant namespaces() {
        return this == NO_PID_NAMESPACE ? CLONE_NEWUSER : CLONE_NEWUSER.or(CLONE_NEWPID);
    }

    /** No steps. */
    static void nothing(ProcessTree tree) {}

    SyscallProgram program(String... command) {
        return program(0, Shape::nothing, Shape::nothing, command);
    }

    SyscallProgram programThatWaitsForTheHost(String... command) {
        return program(0, tree -> tree.awaitHost(Report.Phase.NEEDS_NETWORK), Shape::nothing, command);
    }

    /**
     * A program with steps in between.
     *
     * @param passed how many descriptors are passed on
     * @param inFirst what the first process in the namespaces does first
     * @param beforeCommand what the command's process does first
     */
    SyscallProgram program(
            int passed, Consumer<ProcessTree> inFirst, Consumer<ProcessTree> beforeCommand, String... command) {
        return program(passed, Shape::nothing, inFirst, beforeCommand, command);
    }

    /** The same, with steps that the launcher makes after it has cloned. */
    SyscallProgram program(
            int passed,
            Consumer<ProcessTree> inLauncher,
            Consumer<ProcessTree> inFirst,
            Consumer<ProcessTree> beforeCommand,
            String... command) {
        return program(new ProcessTree(), passed, inLauncher, inFirst, beforeCommand, command);
    }

    /** A program whose processes come into a cgroup, by descriptors that they are sent. */
    SyscallProgram programIn(CgroupEntry cgroup, String... command) {
        ProcessTree tree = new ProcessTree(cgroup);
        return program(tree, 0, Shape::nothing, Shape::nothing, Shape::nothing, command);
    }

    /** A program whose init goes on without the JVM. */
    SyscallProgram detached(Consumer<ProcessTree> beforeCommand, String... command) {
        ProcessTree tree = new ProcessTree(CgroupEntry.NONE, InitLifetime.OF_ITS_OWN);
        return program(tree, 0, Shape::nothing, Shape::nothing, beforeCommand, command);
    }

    private SyscallProgram program(
            ProcessTree tree,
            int passed,
            Consumer<ProcessTree> inLauncher,
            Consumer<ProcessTree> inFirst,
            Consumer<ProcessTree> beforeCommand,
            String... command) {
        Label launcher = new Label("launcher");
        Label init = new Label("init");
        tree.beginLauncher(passed);
        if (this == INIT) {
            tree.cloneInit(namespaces(), launcher);
            inFirst.accept(tree);
            tree.cloneCommandFromInit(init);
        } else {
            tree.cloneCommandFromLauncher(namespaces(), launcher);
            inFirst.accept(tree);
        }
        beforeCommand.accept(tree);
        tree.finishCommand();
        execute(tree, command);
        tree.continueLauncher(launcher);
        inLauncher.accept(tree);
        if (this == INIT) {
            tree.endLauncher();
            return tree.superviseFromInit(init, () -> {}, ExecPrivileges.SAME);
        }
        return tree.superviseFromLauncher();
    }

    private static void execute(ProcessTree tree, String... command) {
        tree.program()
                .call(
                        "execute the command",
                        Syscall.EXECVE,
                        Operand.text(command[0]),
                        Data.vector(List.of(command)).address(),
                        Data.vector(List.of("PATH=/usr/bin:/bin", "LC_ALL=C")).address());
    }

    /** The process that is a child of this JVM makes one child first: the command. */
    long command(LaunchedProcess process) {
        return Proc.children(process.pid()).get(0);
    }
}
