package io.carrel.fs.internal;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.FileSystemSubject;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Trees of mounts that nothing leads to until they are restricted: only then they are attached, so that no name is
 * resolved twice. The launcher opens those which translate owners to the container's ids, with the host's privileges,
 * and the container's first process attaches them; each of these is for one use, known by its object.
 */
final class DetachedTrees {

    private final ProgramBuilder program;
    private final Map<Object, Operand.Result> trees = new IdentityHashMap<>();
    private final Map<Kind, Data> attributes = new HashMap<>();

    /** What trees have in common that are opened with one structure. */
    private record Kind(Access access, Propagation propagation) {}

    DetachedTrees(ProgramBuilder program) {
        this.program = program;
    }

    /** In the launcher: opens the tree for {@code use}. {@code userNamespace} opens the container's. */
    void open(ProgramBuilder.Call userNamespace, HostPath source, Object use, Access access) {
        open(
                userNamespace,
                source,
                use,
                new Kind(access, Propagation.PRIVATE),
                true,
                FileSystemSubject.OWNER_TRANSLATION);
    }

    /** The same for a bind. */
    void open(ProgramBuilder.Call userNamespace, Mount.Bind bind) {
        open(
                userNamespace,
                bind.source(),
                bind,
                new Kind(bind.access(), bind.propagation()),
                bind.recursive(),
                FileSystemSubject.OWNER_TRANSLATION);
    }

    /** The same for a layer, or the place for changes, without what is mounted below. */
    void openOne(ProgramBuilder.Call userNamespace, HostPath source, Object use, Access access) {
        open(userNamespace, source, use, new Kind(access, Propagation.PRIVATE), false, FileSystemSubject.LAYER_OWNERS);
    }

    private void open(
            ProgramBuilder.Call userNamespace,
            HostPath source,
            Object use,
            Kind kind,
            boolean recursive,
            Subject subject) {
        Data attribute = attributes.get(kind);
        if (attribute == null) {
            attribute = MountAttr.idmapped(kind.access(), kind.propagation());
            attributes.put(kind, attribute);
            userNamespace.storeTo(attribute.at(MountAttr.USERNS_FD));
        }
        Constant below = recursive ? Fcntl.AT_RECURSIVE : Constant.of(0);
        Operand.Result tree = tree(use);
        openTree(source + " for the container", source.toString(), below).result(tree);
        change("map the owners of " + source + " to the container's ids", tree, below, attribute)
                .about(subject);
    }

    /** In the launcher: opens a directory whose owners are the container's already. */
    void openPlain(HostPath source, Object use) {
        openTree(source + " for the container", source.toString(), Constant.of(0))
                .result(tree(use));
    }

    private ProgramBuilder.Call openTree(String what, String source, Constant below) {
        return program.call(
                        "open " + what,
                        Syscall.OPEN_TREE,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(source),
                        Operand.of(MountFlags.OPEN_TREE_CLONE
                                .or(MountFlags.OPEN_TREE_CLOEXEC)
                                .or(below)))
                .about(LinuxSubject.MOUNT_SOURCE);
    }

    private Operand.Result tree(Object use) {
        return trees.computeIfAbsent(use, unknown -> Operand.expected("TREE"));
    }

    /**
     * In the container's first process: opens a tree and restricts it. Takes {@code mount_setattr} (Linux 5.12).
     *
     * @param what how messages call it
     */
    Operand.Result openHere(String what, String source, boolean recursive, Access access, Propagation propagation) {
        Constant below = recursive ? Fcntl.AT_RECURSIVE : Constant.of(0);
        Operand.Result tree = openTree(what, source, below).result("TREE");
        change("restrict " + what, tree, below, MountAttr.restricting(access, propagation))
                .about(FileSystemSubject.MOUNT_RESTRICTION);
        return tree;
    }

    /** In the container's first process: lets what is mounted below what was opened for {@code use} be shared. */
    void share(Mount.Bind use) {
        Constant below = use.recursive() ? Fcntl.AT_RECURSIVE : Constant.of(0);
        change("set the propagation of " + use.target(), tree(use), below, MountAttr.sharing());
    }

    private ProgramBuilder.Call change(String step, Operand tree, Constant below, Data attributes) {
        return program.call(
                step,
                Syscall.MOUNT_SETATTR,
                tree,
                Operand.text(""),
                Operand.of(Fcntl.AT_EMPTY_PATH.or(below)),
                attributes.address(),
                Operand.of(MountAttr.SIZE));
    }

    /** In the container's first process: attaches to {@code path} what was opened for {@code use}. */
    void attach(Object use, ContainerPath target, String path) {
        attach(tree(use), target, path);
    }

    /** In the container's first process: attaches this tree to {@code path}. */
    void attach(Operand.Result tree, ContainerPath target, String path) {
        program.call(
                        "mount " + target,
                        Syscall.MOVE_MOUNT,
                        tree,
                        Operand.text(""),
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path),
                        Operand.of(MountFlags.MOVE_MOUNT_F_EMPTY_PATH.or(MountFlags.MOVE_MOUNT_T_SYMLINKS)))
                .about(FileSystemSubject.MOUNT);
    }
}
