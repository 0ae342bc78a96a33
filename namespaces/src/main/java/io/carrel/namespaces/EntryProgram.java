package io.carrel.namespaces;

import io.carrel.linux.launch.Execution;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/**
 * The system calls that enter namespaces and execute a command there. The launcher enters them, clones the command,
 * which is a member of the PID namespace only then, and stays outside of that to supervise it.
 *
 * @param namespaces what is entered, in this order; the launcher gets their descriptors in the same order
 * @param becomeRoot whether to change to user and group 0 with the user namespace
 * @param execution the command
 */
record EntryProgram(List<Namespace> namespaces, boolean becomeRoot, Execution execution) {

    private static final Constant NO_FLAGS = Constant.of(0);

    SyscallProgram compile() {
        ProcessTree tree = new ProcessTree();
        ProgramBuilder program = tree.program();
        tree.beginLauncher(namespaces.size());
        hide(program);
        for (int i = 0; i < namespaces.size(); i++) {
            boolean identity = becomeRoot && namespaces.get(i).type() == NamespaceType.USER;
            if (identity) {
                leaveGroups(program);
            }
            enter(program, namespaces.get(i), Launcher.FIRST_PASSED + i);
            if (identity) {
                becomeRoot(program);
            }
        }
        Label launcher = new Label("launcher");
        tree.cloneCommandFromLauncher(NO_FLAGS, launcher);
        tree.finishCommand();
        execution.append(program);
        program.place(launcher);
        return tree.superviseFromLauncher();
    }

    /** Whoever is inside must not be able to trace a process that still has one foot outside (CVE-2016-9962). */
    private static void hide(ProgramBuilder program) {
        program.call(
                "hide the launcher from those inside", Syscall.PRCTL, Operand.of(Prctl.PR_SET_DUMPABLE), Operand.of(0));
    }

    private static void enter(ProgramBuilder program, Namespace namespace, int descriptor) {
        program.call(
                "enter the " + namespace,
                Syscall.SETNS,
                Operand.of(descriptor),
                Operand.of(namespace.type().flag()));
        if (namespace.type() == NamespaceType.USER) {
            hide(program); // The kernel resets this with every change of credentials (to fs.suid_dumpable).
        }
    }

    /** Groups of this JVM are of no use inside. Outside it takes CAP_SETGID, inside it may be denied for good. */
    private static void leaveGroups(ProgramBuilder program) {
        program.call("leave the supplementary groups", Syscall.SETGROUPS, Operand.of(0), Operand.none())
                .ignoreFailure();
    }

    private static void becomeRoot(ProgramBuilder program) {
        Operand root = Operand.of(0);
        leaveGroups(program);
        program.call("become group 0 of the user namespace", Syscall.SETRESGID, root, root, root)
                .about(EntrySubject.ROOT);
        program.call("become user 0 of the user namespace", Syscall.SETRESUID, root, root, root)
                .about(EntrySubject.ROOT);
        hide(program);
    }
}
