package io.carrel.fs.internal;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Trees of the host that the launcher opens, with the host's privileges, as mounts which translate owners to the
 * container's ids, and that the container's first process then attaches. Each is for one use, known by its object.
 */
final class IdmappedTrees {

    private final ProgramBuilder program;
    private final Map<Object, Operand.Result> trees = new IdentityHashMap<>();
    private final Map<Access, Data> attributes = new EnumMap<>(Access.class);

    IdmappedTrees(ProgramBuilder program) {
        this.program = program;
    }

    /** In the launcher: opens the tree for {@code use}. {@code userNamespace} opens the container's. */
    void open(ProgramBuilder.Call userNamespace, HostPath source, Object use, Access access) {
        Data attribute = attributes.get(access);
        if (attribute == null) {
            attribute = Attributes.idmapped(access);
            attributes.put(access, attribute);
            userNamespace.storeTo(attribute.at(Attributes.USERNS_FD));
        }
        Operand.Result tree = tree(use);
        program.call(
                        "open " + source + " for the container",
                        Syscall.OPEN_TREE,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(source.toString()),
                        Operand.of(MountFlags.OPEN_TREE_CLONE
                                .or(MountFlags.OPEN_TREE_CLOEXEC)
                                .or(Fcntl.AT_RECURSIVE)))
                .result(tree);
        program.call(
                "map the owners of " + source + " to the container's ids",
                Syscall.MOUNT_SETATTR,
                tree,
                Operand.text(""),
                Operand.of(Fcntl.AT_EMPTY_PATH.or(Fcntl.AT_RECURSIVE)),
                attribute.address(),
                Operand.of(Attributes.SIZE));
    }

    private Operand.Result tree(Object use) {
        return trees.computeIfAbsent(use, unknown -> Operand.expected("TREE"));
    }

    /** In the container's first process: attaches to {@code path} what was opened for {@code use}. */
    void attach(Object use, ContainerPath target, String path) {
        program.call(
                "mount " + target,
                Syscall.MOVE_MOUNT,
                tree(use),
                Operand.text(""),
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(path),
                Operand.of(MountFlags.MOVE_MOUNT_F_EMPTY_PATH.or(MountFlags.MOVE_MOUNT_T_SYMLINKS)));
    }
}
