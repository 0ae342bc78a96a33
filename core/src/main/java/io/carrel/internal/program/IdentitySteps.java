package io.carrel.internal.program;

import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.internal.definition.ContainerSubject;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.IdMaps;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.launch.Barrier;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.User;
import java.util.List;

/** The steps by which a container's processes get their ids, and become its root and its command's user. */
final class IdentitySteps {

    private static final Constant TEXT_FLAGS = Fcntl.O_WRONLY.or(Fcntl.O_CLOEXEC);

    private final ProcessTree tree;
    private final ProgramBuilder program;
    private final Identity identity;
    private final Barrier opened;
    private final Barrier mapped;

    IdentitySteps(ProcessTree tree, Identity identity) {
        this.tree = tree;
        this.identity = identity;
        program = tree.program();
        opened = tree.barrier("the container's first process");
        mapped = tree.barrier("its ids");
    }

    /** Who it is about. */
    Identity identity() {
        return identity;
    }

    /** The launcher's part, where it has one: it maps the ids, and opens the trees that these need. */
    void continueLauncher(FileSystemSteps files) {
        if (!identity.needsLauncher()) {
            return;
        }
        Operand first = opened.await("FIRST");
        write(first, "uid_map", identity.users().format());
        write(first, "gid_map", identity.groups().format());
        if (files.needsLauncher()) {
            files.openTrees(program.call(
                    "open the container's user namespace",
                    Syscall.OPENAT,
                    first,
                    Operand.text("ns/user"),
                    Operand.of(Fcntl.O_RDONLY.or(Fcntl.O_CLOEXEC)),
                    Operand.of(0)));
        }
        mapped.open();
    }

    /** The part of the container's first process, before anything else. */
    void beginInside() {
        if (identity.kind() == Identity.Kind.SELF) {
            Operand here = Operand.of(Fcntl.AT_FDCWD);
            // An ordinary user must give up setgroups first: dropping a group could lift a restriction.
            write(here, "/proc/self/setgroups", "deny");
            write(here, "/proc/self/uid_map", identity.users().format());
            write(here, "/proc/self/gid_map", identity.groups().format());
        } else if (identity.needsLauncher()) {
            opened.open(program.call(
                    "open /proc/self for the launcher",
                    Syscall.OPENAT,
                    Operand.of(Fcntl.AT_FDCWD),
                    Operand.text("/proc/self"),
                    Operand.of(Fcntl.O_PATH.or(Fcntl.O_CLOEXEC)),
                    Operand.of(0)));
        }
    }

    /** From here on it has its ids. */
    void awaitInside() {
        if (identity.needsLauncher()) {
            mapped.await();
        } else if (identity.kind() == Identity.Kind.SUBORDINATE) {
            tree.awaitHost(Report.Phase.NEEDS_IDS);
        }
        becomeRoot();
    }

    /** Makes a process of the container's user namespace its root, where it is not its only user. */
    void becomeRoot() {
        switch (identity.kind()) {
            case LAUNCHER, SUBORDINATE, JOINED -> become("become root in the container", User.ROOT);
            case HOSTS, SELF -> {}
        }
    }

    /** Changes to the command's user. */
    void becomeUser() {
        boolean own = identity.needsLauncher() || identity.kind() == Identity.Kind.SUBORDINATE;
        String remark = own ? new IdMaps(identity.users(), identity.groups()).remark(identity.user()) : "";
        become("become the command's user" + remark, identity.user());
    }

    /** Changes the ids, groups first, since that takes a capability. */
    private void become(String step, User toBe) {
        Operand gid = Operand.of(toBe.gid());
        Operand uid = Operand.of(toBe.uid());
        List<ProgramBuilder.Call> calls = List.of(
                program.call(step, Syscall.SETGROUPS, Operand.of(toBe.groups().size()), groups(toBe))
                        .about(ContainerSubject.GROUPS),
                program.call(step, Syscall.SETRESGID, gid, gid, gid).about(ContainerSubject.GROUP),
                program.call(step, Syscall.SETRESUID, uid, uid, uid).about(ContainerSubject.USER));
        if (identity.kind() == Identity.Kind.JOINED && toBe.equals(User.ROOT)) {
            // The user namespace of an ordinary user may have no root, and has had to give up setgroups.
            calls.forEach(ProgramBuilder.Call::ignoreFailure);
        }
    }

    private static Operand groups(User toBe) {
        if (toBe.groups().isEmpty()) {
            return Operand.none();
        }
        Struct ids = Struct.ofSize(toBe.groups().size() * Integer.BYTES);
        toBe.groups().forEach(ids::u32);
        return Data.struct(toBe.groups().toString(), ids.toBytes()).address();
    }

    private void write(Operand directory, String file, String text) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        String step = "write the container's " + name;
        Operand fd = program.call(
                        step, Syscall.OPENAT, directory, Operand.text(file), Operand.of(TEXT_FLAGS), Operand.of(0))
                .about(LinuxSubject.ID_MAP)
                .result(name);
        program.call(step, Syscall.WRITE, fd, Operand.text(text), Operand.of(text.length()))
                .about(LinuxSubject.ID_MAP);
    }
}
