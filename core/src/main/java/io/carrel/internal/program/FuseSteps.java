package io.carrel.internal.program;

import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.fs.internal.FuseProgram;
import io.carrel.linux.launch.Barrier;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;

/**
 * The steps by which fuse-overlayfs stacks a container's layers by its side. It runs out of the launcher, so that
 * nothing in the container's PID namespace can see it.
 */
final class FuseSteps {

    private final ProcessTree tree;
    private final Barrier mounted;
    private final Barrier runs;

    FuseSteps(ProcessTree tree) {
        this.tree = tree;
        mounted = tree.barrier("the mount of " + FuseProgram.NAME);
        runs = tree.barrier(FuseProgram.NAME);
    }

    /**
     * In the container's first process: it serves the mount that is made now, and joins this user namespace for that.
     */
    void await() {
        mounted.open(tree.program()
                .call(
                        "open the user namespace for " + FuseProgram.NAME,
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text("/proc/self/ns/user"),
                        Operand.of(Fcntl.O_RDONLY.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0)));
        runs.await();
    }

    /**
     * In the launcher. When it goes on, the program is executed, and has the last descriptor of the device: should it
     * end, the container gets an error instead of waiting.
     */
    void serve(FileSystemSteps files, IdentitySteps ids) {
        Label goOn = new Label("launcher goes on");
        Operand userNamespace = mounted.await("USERNS");
        tree.cloneSidecar(FuseProgram.NAME, goOn);
        tree.program()
                .call(
                        "join the container's user namespace",
                        Syscall.SETNS,
                        userNamespace,
                        Operand.of(NamespaceSteps.flags(NamespaceType.USER)));
        ids.becomeRoot();
        new Privileges(tree.program()).noNewPrivileges();
        files.serveByFuse();
        tree.continueLauncher(goOn);
        files.leaveToFuse();
        runs.open();
    }
}
